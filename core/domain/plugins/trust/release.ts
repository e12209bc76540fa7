import { refuse } from '../refuse.ts';
import type { SignedDocument } from './envelope.ts';
import type { ReadPolicy } from './policy.ts';
import { type Revocations, requireNotRevoked } from './revocations.ts';
import type { Subject } from './statement.ts';
import { type Verified, verifySignatures } from './verify.ts';

/**
 * Digests of the plugins that the release vouches for, by name and version: also of versions that it no longer brings along,
 * so that what was installed from an earlier release still answers.
 */
export type ReleaseList = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a package can be let in by. */
export interface Grounds {
  readonly policy: ReadPolicy;
  readonly release: ReleaseList;
  readonly revocations?: Revocations | undefined;
}

/** Who vouches for a package, and what follows from that. */
export interface Vouched extends Pick<Verified, 'keys' | 'isolation'> {
  readonly trust: 'shipped' | 'own' | 'admitted';
  readonly publisher: string;
  readonly limits?: Verified['publisher']['limits'];
}

/** The digest that the release has for a version, where it has that name at all. */
export function listed(
  release: ReleaseList,
  { name, version }: Pick<Subject, 'name' | 'version'>,
): { readonly digest: string | undefined } | undefined {
  if (!Object.hasOwn(release, name)) return undefined;
  const versions = release[name] ?? {};
  return { digest: Object.hasOwn(versions, version) ? versions[version] : undefined };
}

/**
 * Finds who vouches for a package, or for the folder that it was unpacked into: the release by its list, or a publisher of the
 * trust policy by signatures. No signature makes a name of the release somebody else's.
 * @throws AssayError plugin.refused with the rule that is broken
 */
export function findVoucher(
  subject: Subject,
  signatures: readonly SignedDocument[],
  { policy, release, revocations }: Grounds,
): Vouched {
  const own = listed(release, subject);
  if (own && own.digest === subject.digest) {
    requireNotRevoked(subject, revocations);
    return { publisher: 'Assay', keys: [], trust: 'shipped', isolation: undefined };
  }
  if (own && signatures.length === 0)
    throw refuse(
      'name.shipped',
      `The files of ${subject.name} ${subject.version} have digest ${subject.digest}; the release vouches for ${own.digest ?? 'no such version'}.`,
    );
  const { publisher, ...verified } = verifySignatures(subject, signatures, policy, revocations);
  if (own) throw refuse('name.shipped', `"${subject.name}" is a plugin of the release.`);
  const { limits } = publisher;
  return { ...verified, publisher: publisher.name, ...(limits ? { limits } : {}) };
}

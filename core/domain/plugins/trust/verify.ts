import type { Isolation } from '@assay/sdk';
import { refuse } from '../refuse.ts';
import { openDocument, type SignedDocument, verifyDocument } from './envelope.ts';
import { type Publisher, publisherOf, type ReadPolicy } from './policy.ts';
import { type Revocations, requireNotRevoked } from './revocations.ts';
import { requireSameSubject, type Subject, statementType } from './statement.ts';

const mostSignatures = 32;

/** Who vouches for a package, and the wall that asks for. */
export interface Verified {
  readonly publisher: Publisher;
  /** Ids of the keys whose signatures hold. */
  readonly keys: readonly string[];
  readonly trust: 'own' | 'admitted';
  readonly isolation: Isolation | undefined;
}

/**
 * Holds the signatures of a package, or of the folder that it was unpacked into, against the trust policy. Every signature
 * that is given must be well: one that is not is a sign that somebody tried.
 * @throws AssayError plugin.refused with the rule that is broken
 */
export function verifySignatures(
  subject: Subject,
  signatures: readonly SignedDocument[],
  policy: ReadPolicy,
  revocations?: Revocations,
): Verified {
  const called = `${subject.name} ${subject.version}`;
  requireNotRevoked(subject, revocations);
  if (signatures.length === 0) throw refuse('signature.missing', `${called} has no signature.`);
  if (signatures.length > mostSignatures)
    throw refuse('signature.malformed', `${called} has more than ${mostSignatures} signatures.`);
  const publisher = publisherOf(policy, subject.name);
  const keys = new Set<string>();
  for (const text of signatures) {
    const opened = openDocument(text, statementType);
    const id = opened.keyId;
    const known = policy.publishers.flatMap((each) => each.keys).find((key) => key.id === id);
    if (!known) throw refuse('signature.unknown-key', `${called} is signed with the key ${id.slice(0, 16)}.`);
    const key = publisher?.keys.find((each) => each.id === id);
    if (!key)
      throw refuse(
        'signature.namespace',
        `The key ${id.slice(0, 16)} belongs to a publisher of other names than ${subject.name}.`,
      );
    const gone = revocations?.keys.find((each) => each.id === id);
    if (gone) throw refuse('revoked.key', `The key ${id.slice(0, 16)} was revoked: ${gone.reason}.`);
    verifyDocument(opened, key);
    requireSameSubject(opened, subject);
    keys.add(id);
  }
  if (!publisher || keys.size < publisher.threshold)
    throw refuse(
      'signature.threshold',
      `${called} is signed with ${keys.size} of ${publisher?.threshold ?? 1} keys.`,
    );
  return {
    publisher,
    keys: [...keys],
    trust: publisher.own ? 'own' : 'admitted',
    isolation: publisher.isolation,
  };
}

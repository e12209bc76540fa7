import type { KeyObject } from 'node:crypto';
import { AssayError, canonicalJson } from '@assay/sdk';
import { type Static, Type } from 'typebox';
import { compileOnce } from '../../../base/validation/compile-once.ts';
import { lineOf } from '../line.ts';
import { refuse } from '../refuse.ts';
import { openDocument, type SignedDocument, signDocument, verifyDocument } from './envelope.ts';
import type { ReadPolicy } from './policy.ts';
import type { Subject } from './statement.ts';

const closed = { additionalProperties: false } as const;
const revocationsType = 'application/vnd.assay.revocations+json';
const reason = Type.String({ minLength: 1, maxLength: 300, description: 'Why, for those who used it.' });

/** What must not be used any more, until a newer list says otherwise or this one expires. */
export const Revocations = Type.Object(
  {
    edition: Type.Literal('2026-11-01'),
    number: Type.Integer({ minimum: 1, description: 'Greater than that of the list before.' }),
    issued: Type.String({ format: 'date-time' }),
    expires: Type.String({ format: 'date-time' }),
    keys: Type.Array(Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{64}$' }), reason }, closed), {
      maxItems: 1000,
    }),
    plugins: Type.Array(
      Type.Object(
        { digest: Type.String({ pattern: '^sha256:[0-9a-f]{64}$', description: 'Of the plugin.' }), reason },
        closed,
      ),
      { maxItems: 10_000 },
    ),
  },
  { ...closed, $id: 'urn:assay:schema:revocations:2026-11-01' },
);
export type Revocations = Static<typeof Revocations>;
const checkRevocations = compileOnce(Revocations);

/**
 * A list as somebody wrote it, before it is signed.
 * @throws AssayError config.invalid with the line of what is wrong
 */
export function readRevocationList(text: string): Revocations {
  let list: Revocations;
  try {
    list = JSON.parse(text) as Revocations;
  } catch (cause) {
    throw new AssayError('config.invalid', `The list is not JSON: ${(cause as Error).message}`, { cause });
  }
  const [issue] = checkRevocations(list);
  if (issue)
    throw new AssayError(
      'config.invalid',
      `The list, line ${lineOf(text, issue.pointer) ?? 1}: ${issue.detail}`,
    );
  return list;
}

/** @throws AssayError plugin.refused where the list names the plugin's digest */
export function requireNotRevoked(
  { name, version, digest }: Pick<Subject, 'name' | 'version' | 'digest'>,
  revocations?: Revocations,
): void {
  const revoked = revocations?.plugins.find((each) => each.digest === digest);
  if (revoked) throw refuse('revoked.plugin', `${name} ${version} was revoked: ${revoked.reason}.`);
}

/** Signs a list of what is revoked. */
export function signRevocations(list: Revocations, key: KeyObject): SignedDocument {
  return signDocument(Buffer.from(canonicalJson(list)), revocationsType, key);
}

/**
 * Reads a signed list. That it expired is no reason to forget what it says: `requireInForce` asks that.
 * @param last the list that was taken before, if any
 * @throws AssayError plugin.refused where its signature does not hold, or it is older than the last
 */
export function readRevocations(
  signed: SignedDocument,
  policy: ReadPolicy,
  last?: Pick<Revocations, 'number'>,
): Revocations {
  const opened = openDocument(signed, revocationsType);
  const key = policy.revocationKeys.find(({ id }) => id === opened.keyId);
  if (!key)
    throw refuse(
      'signature.unknown-key',
      `The list of revocations is signed with ${opened.keyId.slice(0, 16)}.`,
    );
  verifyDocument(opened, key);
  let list: Revocations;
  try {
    list = JSON.parse(opened.payload.toString('utf8')) as Revocations;
  } catch (cause) {
    throw refuse('signature.malformed', 'The list of revocations is not JSON.', { cause });
  }
  const [issue] = checkRevocations(list);
  if (issue) throw refuse('signature.malformed', `The list of revocations is none: ${issue.detail}`);
  if (last && list.number < last.number)
    throw refuse(
      'revoked.older',
      `The list of revocations has number ${list.number}; ${last.number} was here.`,
    );
  return list;
}

/** @throws AssayError plugin.refused where a list has expired: what was revoked since is not known */
export function requireInForce(list: Revocations | undefined, now: Date): void {
  if (list && Date.parse(list.expires) <= now.getTime())
    throw refuse(
      'revoked.expired',
      `The list of revocations expired on ${list.expires}; import a newer one.`,
    );
}

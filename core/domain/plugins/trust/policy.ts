import { AssayError, isAsStrong, isolations } from '@assay/sdk';
import { type Static, Type } from 'typebox';
import { compileOnce } from '../../../base/validation/compile-once.ts';
import { lineOf } from '../line.ts';
import { type PublisherKey, readPublicKey } from './keys.ts';

const closed = { additionalProperties: false } as const;
const slug = '^[a-z][a-z0-9]*(-[a-z0-9]+)*$';
const pem = Type.String({
  minLength: 1,
  maxLength: 1000,
  description: 'Public key, Ed25519 or P-256, in PEM.',
});

/** Whom the operator trusts with what: the file that `plugins.trust` names. */
export const TrustPolicy = Type.Object(
  {
    edition: Type.Literal('2026-11-01', { description: 'Date that fixes the meaning of the policy.' }),
    publishers: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 80, description: 'Of the publisher, for people.' }),
          plugins: Type.Array(Type.String({ pattern: slug, maxLength: 40 }), {
            minItems: 1,
            maxItems: 20,
            uniqueItems: true,
            description: 'Names of its plugins: "acme" stands for acme and for acme-anything.',
          }),
          keys: Type.Array(pem, { minItems: 1, maxItems: 16 }),
          threshold: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 16,
              default: 1,
              description: 'Keys that must sign a package.',
            }),
          ),
          own: Type.Optional(
            Type.Boolean({
              default: false,
              description:
                'Of this organisation: bubblewrap is wall enough for its tools; others need containers.',
            }),
          ),
          isolation: Type.Optional(
            Type.Enum(['bubblewrap', 'container', 'gvisor'], {
              description: 'A stronger wall than they need.',
            }),
          ),
          limits: Type.Optional(
            Type.Object(
              {
                memoryMb: Type.Optional(Type.Integer({ minimum: 64 })),
                seconds: Type.Optional(Type.Integer({ minimum: 1 })),
              },
              { ...closed, description: 'Most that its tools may ask for.' },
            ),
          ),
        },
        closed,
      ),
      { maxItems: 100 },
    ),
    revocationKeys: Type.Optional(
      Type.Array(pem, { maxItems: 16, description: 'Who may sign the list of what was revoked.' }),
    ),
  },
  { ...closed, $id: 'urn:assay:schema:trust-policy:2026-11-01' },
);
export type TrustPolicy = Static<typeof TrustPolicy>;
const checkPolicy = compileOnce(TrustPolicy);

/** A publisher as the policy has it, its keys read. */
export interface Publisher extends Omit<TrustPolicy['publishers'][number], 'keys'> {
  readonly keys: readonly PublisherKey[];
  readonly threshold: number;
}

export interface ReadPolicy {
  readonly publishers: readonly Publisher[];
  readonly revocationKeys: readonly PublisherKey[];
}

/** Nobody is trusted where no policy is. */
export const noTrust: ReadPolicy = { publishers: [], revocationKeys: [] };

/** Whether a plugin's name belongs to a publisher's: its own, or with more after a hyphen. */
const within = (name: string, prefix: string) => name === prefix || name.startsWith(`${prefix}-`);

/** The publisher that a plugin's name belongs to. */
export function publisherOf(policy: ReadPolicy, name: string): Publisher | undefined {
  return policy.publishers.find(({ plugins }) => plugins.some((prefix) => within(name, prefix)));
}

function requireSense({ name, keys, threshold, own, isolation }: Publisher): void {
  if (new Set(keys.map(({ id }) => id)).size !== keys.length)
    throw new AssayError('config.invalid', `The trust policy gives "${name}" a key twice.`);
  if (threshold > keys.length)
    throw new AssayError(
      'config.invalid',
      `The trust policy asks for ${threshold} keys of "${name}", and lists ${keys.length}.`,
    );
  if (!own && isolation && !isAsStrong(isolation, 'container'))
    throw new AssayError(
      'config.invalid',
      `The trust policy gives tools of "${name}" ${isolation}; those that are not your own need ${isolations.slice(2).join(' or ')}.`,
    );
}

/**
 * Reads a trust policy.
 * @throws AssayError config.invalid with the line of what is wrong
 */
export function readPolicy(text: string): ReadPolicy {
  let given: TrustPolicy;
  try {
    given = JSON.parse(text) as TrustPolicy;
  } catch (cause) {
    throw new AssayError('config.invalid', `The trust policy is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  const [issue] = checkPolicy(given);
  if (issue)
    throw new AssayError(
      'config.invalid',
      `The trust policy, line ${lineOf(text, issue.pointer) ?? 1}: ${issue.detail}`,
    );
  const publishers = given.publishers.map((publisher) => ({
    ...publisher,
    threshold: publisher.threshold ?? 1,
    keys: publisher.keys.map((key, i) => readPublicKey(key, `Key ${i + 1} of "${publisher.name}"`)),
  }));
  for (const publisher of publishers) requireSense(publisher);
  const prefixes = publishers.flatMap(({ name, plugins }) => plugins.map((prefix) => ({ name, prefix })));
  for (const [i, a] of prefixes.entries())
    for (const b of prefixes.slice(i + 1))
      if (a.name !== b.name && (within(a.prefix, b.prefix) || within(b.prefix, a.prefix)))
        throw new AssayError(
          'config.invalid',
          `The trust policy gives names to two publishers: "${a.prefix}" to ${a.name}, "${b.prefix}" to ${b.name}.`,
        );
  return {
    publishers,
    revocationKeys: (given.revocationKeys ?? []).map((key, i) =>
      readPublicKey(key, `Revocation key ${i + 1}`),
    ),
  };
}

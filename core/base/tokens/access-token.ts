import { AssayError } from '@assay/sdk';
import { createLocalJWKSet, type JWTPayload, errors as joseErrors, jwtVerify } from 'jose';
import type { SigningKeys } from './signing-keys.ts';

/** What an access token of ours says. */
export interface AccessClaims {
  /** Principal and workspace. */
  readonly principal: string;
  readonly workspace: string;
  readonly client: string;
  readonly scopes: readonly string[];
  /** The grant that it came from, which may have been revoked since; none for a client that acts for itself. */
  readonly grant: string | undefined;
  readonly expires: Date;
}

const toleranceSeconds = 5;
const keySets = new WeakMap<SigningKeys, ReturnType<typeof createLocalJWKSet>>();

function keySetOf(keys: SigningKeys) {
  const known = keySets.get(keys);
  if (known) return known;
  const made = createLocalJWKSet({ keys: [...keys.public] });
  keySets.set(keys, made);
  return made;
}

function invalid(cause: unknown): AssayError {
  return new AssayError(
    'identity.token_invalid',
    'The access token is not valid here: expired, made for something else, or not ours.',
    { cause },
  );
}

function text(payload: JWTPayload, name: string): string {
  const value = payload[name];
  if (typeof value !== 'string' || value === '') throw invalid(`${name} is missing`);
  return value;
}

/**
 * Verifies a JWT access token (RFC 9068): ES256 by one of our keys, which is found by its `kid` alone (nothing in the
 * header brings a key along), `typ`, issuer, exactly this audience, and its time.
 * @throws AssayError `identity.token_invalid`
 */
export async function verifyAccessToken(
  keys: SigningKeys,
  token: string,
  expected: { readonly issuer: string; readonly audience: string },
): Promise<AccessClaims> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keySetOf(keys), {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer: expected.issuer,
      audience: expected.audience,
      requiredClaims: ['exp', 'iat', 'sub', 'ws', 'client_id', 'jti'],
      clockTolerance: toleranceSeconds,
    });
    if (protectedHeader.kid === undefined || typeof payload.aud !== 'string') throw invalid('kid or aud');
    if ((payload.iat ?? 0) > Date.now() / 1000 + toleranceSeconds) throw invalid('issued in the future');
    return {
      principal: text(payload, 'sub'),
      workspace: text(payload, 'ws'),
      client: text(payload, 'client_id'),
      scopes: typeof payload.scope === 'string' ? payload.scope.split(' ') : [],
      grant: typeof payload.gid === 'string' ? payload.gid : undefined,
      expires: new Date((payload.exp ?? 0) * 1000),
    };
  } catch (error) {
    if (error instanceof joseErrors.JOSEError) throw invalid(error);
    throw error;
  }
}

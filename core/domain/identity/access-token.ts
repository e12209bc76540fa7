import { AssayError } from '@assay/sdk';
import { type SigningKeys, signingKeys, verifyAccessToken } from '../../base/tokens/index.ts';
import { isScope } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { type Authenticated, findMember } from './authenticate.ts';
import { grantStands } from './oauth-objects.ts';

/** Where an access token must have been made, and for what. */
export interface Expected {
  readonly issuer: string;
  readonly audience: string;
}

let kept: { readonly keys: SigningKeys; readonly of: object } | undefined;

/** The keys that sign access tokens now, as the key source has them. */
export function oauthSigningKeys({ keys }: Pick<Deps, 'keys'>, now = Date.now()): SigningKeys {
  const made = () => signingKeys((text) => keys.mac('oauth-signing', text), now);
  if (kept?.of !== keys || kept.keys.epoch !== Math.floor(now / (90 * 86_400_000)))
    kept = { keys: made(), of: keys };
  return kept.keys;
}

/** True for what looks like a JWT; whether it is one of ours is another question. */
export function looksLikeJwt(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

/**
 * Who an access token of our authorization server belongs to. A grant that was revoked, a member that left and somebody
 * who was disabled count at once, not when the token expires.
 * @throws AssayError `identity.token_invalid`
 */
export async function authenticateAccessToken(
  deps: Pick<Deps, 'database' | 'keys'>,
  token: string,
  expected: Expected,
): Promise<Authenticated> {
  const claims = await verifyAccessToken(oauthSigningKeys(deps), token, expected);
  const principal = await findMember(deps, claims.workspace, claims.principal);
  const stands = claims.grant === undefined || (await grantStands(deps, claims.grant));
  if (!principal || !stands)
    throw new AssayError('identity.token_invalid', 'The access was revoked; sign in again.');
  return {
    workspace: claims.workspace,
    client: `oauth:${claims.client}`,
    scopes: new Set(claims.scopes.filter(isScope)),
    principal,
  };
}

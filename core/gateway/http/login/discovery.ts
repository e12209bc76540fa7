import { AssayError } from '@assay/sdk';
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import type { ProviderSettings } from './settings.ts';

/** What a provider says of itself (OpenID Connect Discovery 1.0), as far as it is needed. */
export interface Discovered {
  readonly authorize: string;
  readonly token: string;
  readonly algorithms: readonly string[];
  /** Whether every answer of it names it (RFC 9207). */
  readonly namesItself: boolean;
  readonly keys: JWTVerifyGetKey;
}

/** Signatures that a stranger cannot make who knows the public key: never `none`, never HMAC. */
const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const patienceMs = 5000;

function unavailable(settings: ProviderSettings, reason: string, cause?: unknown): AssayError {
  return new AssayError(
    'identity.provider_unavailable',
    `${settings.title} cannot be used at the moment: ${reason}. Try again, or sign in another way.`,
    { cause, retryAfter: 5 },
  );
}

/** Plain HTTP is for a provider on this very machine, as tests have it. */
function endpoint(settings: ProviderSettings, text: unknown, name: string): string {
  const url = typeof text === 'string' ? URL.parse(text) : null;
  const loopback = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return url.href;
  throw unavailable(settings, `its ${name} is no https address`);
}

async function discover(settings: ProviderSettings): Promise<Discovered> {
  const address = `${settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let said: Record<string, unknown>;
  try {
    const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(patienceMs) });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    said = (await answer.json()) as Record<string, unknown>;
  } catch (error) {
    throw unavailable(settings, 'it does not answer', error);
  }
  if (said.issuer !== settings.issuer)
    throw unavailable(settings, 'it calls itself by another name than configured');
  const methods = said.code_challenge_methods_supported;
  if (Array.isArray(methods) && !methods.includes('S256'))
    throw unavailable(settings, 'it has no PKCE with S256');
  const listed = said.id_token_signing_alg_values_supported;
  const algorithms = asymmetric.filter((each) => !Array.isArray(listed) || listed.includes(each));
  if (algorithms.length === 0) throw unavailable(settings, 'it signs with no algorithm that can be checked');
  const jwks = endpoint(settings, said.jwks_uri, 'jwks_uri');
  return {
    authorize: endpoint(settings, said.authorization_endpoint, 'authorization endpoint'),
    token: endpoint(settings, said.token_endpoint, 'token endpoint'),
    algorithms,
    namesItself: said.authorization_response_iss_parameter_supported === true,
    keys: createRemoteJWKSet(new URL(jwks), { timeoutDuration: patienceMs, cooldownDuration: 10_000 }),
  };
}

const keepMs = 15 * 60_000;

/**
 * Asks a provider about itself, and again after a quarter of an hour; one that does not answer is asked anew the next time.
 * @throws AssayError `identity.provider_unavailable`
 */
export function createDiscovery(settings: ProviderSettings): () => Promise<Discovered> {
  let known: { readonly found: Promise<Discovered>; readonly until: number } | undefined;
  return () => {
    if (known && known.until > Date.now()) return known.found;
    const found = discover(settings);
    known = { found, until: Date.now() + keepMs };
    found.catch(() => {
      known = undefined;
    });
    return found;
  };
}

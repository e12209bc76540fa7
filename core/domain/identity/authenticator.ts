import { LRUCache } from 'lru-cache';
import type { Deps } from '../deps.ts';
import { authenticateAccessToken, type Expected, looksLikeJwt } from './access-token.ts';
import { type Authenticated, authenticate, authenticateSession } from './authenticate.ts';
import { createUseNotes } from './last-use.ts';
import { secretId } from './token.ts';

/** What was revoked, and a role that was changed, count everywhere within this time. */
const keepMs = 500;
const mostSecrets = 10_000;

/** @param expected where an access token must have been made and for what; other secrets do not say */
export type Authenticator = (secret: string, expected: Expected) => Promise<Authenticated>;

/**
 * Who shows an API token, an access token or the secret of a session; for one process, which asks the database at most
 * twice a second about the same one. Secrets are known by their keyed hash; one that was refused is asked for anew.
 */
export function createAuthenticator(deps: Pick<Deps, 'database' | 'keys' | 'access' | 'log'>): Authenticator {
  const noteUse = createUseNotes(deps);
  const known = new LRUCache<string, Promise<Authenticated>>({ max: mostSecrets, ttl: keepMs });
  const ask = (secret: string, expected: Expected) => {
    if (looksLikeJwt(secret)) return authenticateAccessToken(deps, secret, expected);
    return secretId('session', secret) ? authenticateSession(deps, secret) : authenticate(deps, secret);
  };
  return (secret, expected) => {
    // Only an access token is good at one place and not at another.
    const shown = looksLikeJwt(secret) ? `${secret} ${expected.issuer} ${expected.audience}` : secret;
    const key = deps.keys.mac('token', shown).toString('base64');
    const kept = known.get(key);
    if (kept) return kept;
    const asked = ask(secret, expected);
    known.set(key, asked);
    asked.then(noteUse, () => {
      if (known.peek(key) === asked) known.delete(key);
    });
    return asked;
  };
}

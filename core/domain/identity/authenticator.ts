import { LRUCache } from 'lru-cache';
import type { Deps } from '../deps.ts';
import { type Authenticated, authenticate } from './authenticate.ts';

/** A token that was revoked, and a role that was changed, count everywhere within this time. */
const keepMs = 500;
const mostTokens = 10_000;

export type Authenticator = (bearer: string) => Promise<Authenticated>;

/**
 * `authenticate` for one process, which asks the database at most twice a second about the same token. Tokens are
 * known by their keyed hash; one that was refused is asked for anew.
 */
export function createAuthenticator(deps: Pick<Deps, 'database' | 'keys'>): Authenticator {
  const known = new LRUCache<string, Promise<Authenticated>>({ max: mostTokens, ttl: keepMs });
  return (bearer) => {
    const key = deps.keys.mac('token', bearer).toString('base64');
    const kept = known.get(key);
    if (kept) return kept;
    const asked = authenticate(deps, bearer);
    known.set(key, asked);
    asked.catch(() => {
      if (known.peek(key) === asked) known.delete(key);
    });
    return asked;
  };
}

import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Deps } from '../deps.ts';
import type { Authenticated } from './authenticate.ts';

/** To the minute is enough to see which tokens nobody needs any more. */
const everyMs = 60_000;
const mostTokens = 10_000;

/**
 * Notes that tokens are used: in the background, at most once a minute each over all processes, and never at the cost
 * of a request. What goes wrong is logged.
 */
export function createUseNotes(deps: Pick<Deps, 'database' | 'log'>): (who: Authenticated) => void {
  const noted = new LRUCache<string, true>({ max: mostTokens, ttl: everyMs });
  return ({ client, workspace }) => {
    const [kind, id] = client.split(':', 2);
    if (kind !== 'token' || !id || noted.has(id)) return;
    noted.set(id, true);
    deps.database
      .withWorkspace(workspace, (query) =>
        query
          .updateTable('assay.token')
          .set({ last_used_at: new Date() })
          .where('id', '=', id)
          .where((at) =>
            at.or([
              at('last_used_at', 'is', null),
              at('last_used_at', '<', sql<Date>`now() - interval '1 minute'`),
            ]),
          )
          .execute(),
      )
      .catch((err: unknown) => {
        noted.delete(id);
        deps.log.warn({ err, token: id }, 'the use of a token could not be noted');
      });
  };
}

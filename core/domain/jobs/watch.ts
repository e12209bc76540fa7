import { once } from 'node:events';
import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { getJob } from './get.ts';
import { finalStates, type JobView } from './views.ts';

/**
 * The job as it is, then again after every change, until it is finished or the caller goes away.
 * Changes that come faster than the caller reads are seen once, as the newest.
 */
export async function* watchJob(
  deps: Pick<Deps, 'database' | 'ciphers' | 'changes'>,
  context: Context,
  request: { readonly id: string; readonly since?: number },
): AsyncGenerator<JobView, void> {
  requirePermission(context, 'jobs:read');
  const news = new EventTarget();
  let changed = true;
  const stop = deps.changes.subscribe((change) => {
    if (change && (change.job !== request.id || change.workspace !== context.workspace)) return;
    changed = true;
    news.dispatchEvent(new Event('news'));
  });
  let seen = request.since ?? 0;
  try {
    while (!context.signal.aborted) {
      if (changed) {
        changed = false;
        const job = await getJob(deps, context, request);
        if (job.revision > seen) {
          seen = job.revision;
          yield job;
        }
        if (finalStates.includes(job.state)) return;
      } else {
        await once(news, 'news', { signal: context.signal }).catch((error: unknown) => {
          if (!context.signal.aborted) throw error;
        });
      }
    }
  } finally {
    stop();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import { isDatabaseGone } from '../../base/database/index.ts';
import type { Deps } from '../deps.ts';

const giveUpAfterMs = 5 * 60_000;

/**
 * Settling outlives a restart of Postgres and a full disk: it is tried again until the database answers. It is safe to repeat,
 * since the lease lets it happen once. After five minutes it gives up, and the reconciler takes over.
 */
export async function settleDurably<T>(deps: Pick<Deps, 'log'>, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + giveUpAfterMs;
  for (let wait = 100; ; wait = Math.min(wait * 2, 5000)) {
    try {
      return await work();
    } catch (error) {
      const mayPass = isDatabaseGone(error) || AssayError.is(error, 'storage.full');
      if (!mayPass || Date.now() > until) throw error;
      deps.log.warn(
        { err: error },
        'the database does not take it now; what was done is written once it does',
      );
      await delay(wait);
    }
  }
}

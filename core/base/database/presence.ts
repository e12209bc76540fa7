import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import pg from 'pg';

/** Says «this process lives» by a session's advisory lock, which Postgres drops when the process dies. */
export interface Presence {
  readonly lockKey: bigint;
  close(): Promise<void>;
}

/** Holds the lock on a connection of its own; takes it again after the connection was lost. */
export async function holdPresence(
  url: string,
  lockKey: bigint,
  onError: (error: Error) => void,
): Promise<Presence> {
  let closed = false;
  let client: pg.Client | undefined;

  async function open(): Promise<void> {
    const next = new pg.Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'assay presence',
    });
    next.on('error', onError);
    next.on('end', () => {
      if (!closed && client === next) reopen().catch(onError);
    });
    await next.connect();
    const { rows } = await next.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
      String(lockKey),
    ]);
    if (!rows[0]?.held) {
      await next.end();
      throw new AssayError('database.unavailable', 'Another process holds the presence of this worker.');
    }
    client = next;
  }

  async function reopen(): Promise<void> {
    for (let wait = 100; !closed; wait = Math.min(wait * 2, 2000)) {
      await delay(wait);
      try {
        if (!closed) await open();
        return;
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  await open();
  return {
    lockKey,
    async close() {
      closed = true;
      await client?.end();
    },
  };
}

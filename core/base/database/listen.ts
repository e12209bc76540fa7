import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface Listener {
  close(): Promise<void>;
}

/**
 * One connection that hears one channel. When it breaks it is made anew; `handler('')` then says that
 * notifications may have been missed and the listener should look for itself.
 */
export async function listenOn(
  connection: pg.ClientConfig,
  channel: string,
  handler: (payload: string) => void,
  onError: (error: Error) => void,
): Promise<Listener> {
  let closed = false;
  let client: pg.Client | undefined;
  const stop = new AbortController();

  async function open(): Promise<void> {
    const next = new pg.Client({ ...connection });
    next.on('notification', (message) => {
      if (message.channel === channel) handler(message.payload ?? '');
    });
    next.on('error', (error) => {
      if (!closed) onError(error);
    });
    next.on('end', () => {
      if (!closed && client === next) reopen().catch(onError);
    });
    await next.connect();
    await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    client = next;
  }

  async function reopen(): Promise<void> {
    for (let wait = 100; !closed; wait = Math.min(wait * 2, 5000)) {
      await delay(wait, undefined, { signal: stop.signal }).catch(() => undefined);
      if (closed) return;
      try {
        await open();
        handler('');
        return;
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  await open();
  return {
    async close() {
      closed = true;
      stop.abort();
      await client?.end();
    },
  };
}

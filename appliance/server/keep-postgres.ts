import { access } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

const firstBackoffMs = 100;
const longestBackoffMs = 30_000;
const wellAfterMs = 5_000;

export interface KeptPostgres {
  readonly ownerUrl: string;
  pid(): number;
  stop(): Promise<void>;
}

/**
 * Starts the embedded Postgres and keeps it: one that ends unasked is started again at the same address. Connections
 * break; api and worker make new ones.
 */
export async function keepPostgres(
  dataDirectory: string,
  onNews: (news: string) => void,
): Promise<KeptPostgres> {
  const stopping = new AbortController();
  let backoff = firstBackoffMs;
  let again: Promise<void> = Promise.resolve();
  let current: EmbeddedPostgres;

  function watch(postgres: EmbeddedPostgres): EmbeddedPostgres {
    const since = performance.now();
    postgres.onDeath((why) => {
      onNews(`Postgres ended (${why}); it is started again.`);
      if (performance.now() - since > wellAfterMs) backoff = firstBackoffMs;
      again = restart();
    });
    return postgres;
  }

  async function restart(): Promise<void> {
    while (!stopping.signal.aborted) {
      await delay(backoff);
      backoff = Math.min(backoff * 2, longestBackoffMs);
      if (stopping.signal.aborted) return;
      try {
        // A cluster that is gone is a loss to be told of, never an empty one in its place.
        await access(path.join(dataDirectory, 'postgres'));
        current = watch(await startEmbeddedPostgres(dataDirectory));
        onNews('Postgres is up again.');
        return;
      } catch (error) {
        onNews(error instanceof Error ? error.message : String(error));
      }
    }
  }

  current = watch(await startEmbeddedPostgres(dataDirectory));
  return {
    ownerUrl: current.ownerUrl,
    pid: () => current.pid,
    async stop() {
      stopping.abort();
      await again;
      await current.stop();
    },
  };
}

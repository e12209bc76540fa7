import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Ask } from './guarded-ask.ts';

/** What a counter gave. */
export interface Taken {
  /** From 0 to what was asked for. Fewer: there are no more in this window. */
  readonly granted: number;
  /** Milliseconds until the window ends. */
  readonly msLeft: number;
}

/** Points for each key that come back whole when a window ends; a window begins with the first that is taken. */
export interface Counter {
  take(key: string, points: number): Promise<Taken>;
  /** Gives back all that was taken in this window. */
  forget(key: string): Promise<void>;
  /** Removes what is over, of every counter on the same table. */
  sweep(): Promise<void>;
}

export interface CounterOptions {
  /** Put before every key. */
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
}

/** A counter in the table `assay.rate_limit`; in this process's memory while the database cannot be asked. */
export function createCounter({ name, points, seconds }: CounterOptions, ask: Ask): Counter {
  const bounds = { keyPrefix: name, points, duration: seconds };
  const limiter = new RateLimiterPostgres({
    ...bounds,
    storeClient: { query: ask },
    storeType: 'client',
    schemaName: 'assay',
    tableName: 'rate_limit',
    // The migration made it, and rows that are over are removed by `sweep`, without a timer.
    tableCreated: true,
    clearExpiredByTimeout: false,
    insuranceLimiter: new RateLimiterMemory(bounds),
  });
  return {
    async take(key, wanted) {
      const { consumedPoints, msBeforeNext } = await limiter
        .consume(key, wanted)
        .catch((refused: unknown) => {
          if (refused instanceof RateLimiterRes) return refused;
          throw refused;
        });
      // What goes over the limit was not there: the last block of a window is a part of one.
      const over = Math.max(consumedPoints - points, 0);
      return { granted: Math.max(wanted - over, 0), msLeft: Math.max(msBeforeNext, 1) };
    },
    async forget(key) {
      await limiter.delete(key);
    },
    async sweep() {
      const text = 'delete from assay.rate_limit where expire < $1';
      // Whoever is counted need not wait for it, and that the database is gone was told by `ask`.
      await ask({ text, values: [Date.now()] }).catch(() => undefined);
    },
  };
}

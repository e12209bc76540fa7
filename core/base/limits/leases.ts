import { LRUCache } from 'lru-cache';
import type { Counter } from './counter.ts';

interface Lease {
  points: number;
  /** Whether the counter has no more of them in this window. */
  readonly last: boolean;
  /** On the clock of `performance.now()`; what is left then is worth nothing. */
  readonly until: number;
}

const mostKeys = 20_000;
const sweepEveryMs = 5 * 60_000;

/**
 * Points that were taken from a counter in blocks and are spent here, without a round trip. However many processes do
 * this on one counter, together they never spend more than it has; one that is idle keeps at most a block from the others.
 */
export class Leases {
  readonly #counter: Counter;
  readonly #block: number;
  readonly #kept = new LRUCache<string, Lease>({ max: mostKeys });
  readonly #filling = new Map<string, Promise<void>>();
  #sweptAt = performance.now();

  /** @param block - how many points are taken at once */
  constructor(counter: Counter, block: number) {
    this.#counter = counter;
    this.#block = block;
  }

  /** Spends one point. @returns 0, or the milliseconds until there are points again */
  async spend(key: string): Promise<number> {
    for (;;) {
      const now = performance.now();
      const lease = this.#kept.get(key);
      if (lease && lease.until > now) {
        if (lease.points > 0) {
          lease.points -= 1;
          return 0;
        }
        if (lease.last) return lease.until - now;
      }
      await this.#fill(key);
    }
  }

  async forget(key: string): Promise<void> {
    this.#kept.delete(key);
    await this.#counter.forget(key);
  }

  /** Whoever finds nothing left waits for the same block: a hundred requests at once take one. */
  #fill(key: string): Promise<void> {
    const known = this.#filling.get(key);
    if (known) return known;
    const filling = this.#take(key).finally(() => this.#filling.delete(key));
    this.#filling.set(key, filling);
    return filling;
  }

  async #take(key: string): Promise<void> {
    const { granted, msLeft } = await this.#counter.take(key, this.#block);
    const last = granted < this.#block;
    this.#kept.set(key, { points: granted, last, until: performance.now() + msLeft });
    if (performance.now() - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = performance.now();
    await this.#counter.sweep();
  }
}

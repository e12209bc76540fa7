import { setTimeout as delay } from 'node:timers/promises';
import { AssayError, type RunHandle } from '@assay/sdk';
import { orAborted } from './abort.ts';
import { createDemand } from './demand.ts';
import { type Start, startInTime } from './start-in-time.ts';
import { createStock, type Prestart } from './stock.ts';

export interface Pool {
  /** A program that waits ready, or one that is started now: single use either way. */
  take(signal: AbortSignal, processorList?: string): Promise<RunHandle>;
  close(): Promise<void>;
}

export interface PoolOptions extends Prestart {
  /** Milliseconds in which a program must be ready; one that is not is given up, and the next is tried. */
  readonly startWithinMs?: number;
}

const firstBackoffMs = 250;
const longestBackoffMs = 30_000;
const usualStartWithinMs = 60_000;
/** How long closing waits for programs that were told to end. */
const closeWithinMs = 10_000;
/** Megabytes that a program may take that was never measured. */
const guessMb = 256;

/**
 * Keeps programs started, ready and unused, as many as lately were asked for at once; how many that may be, and when one
 * is started, the stock decides. An empty pool starts one on demand: the cold start is the same road.
 */
export function createPool(start: Start, options: PoolOptions): Pool {
  const { prestart, least = 0, startWithinMs = usualStartWithinMs } = options;
  const stock =
    options.stock ??
    createStock({ memoryMb: Number.POSITIVE_INFINITY, most: prestart, idleMs: Number.POSITIVE_INFINITY });
  const closing = new AbortController();
  const demand = createDemand();
  const idle: RunHandle[] = [];
  const busy = new Set<RunHandle>();
  const starting = new Set<Promise<void>>();
  let usedAt = performance.now();
  let waiting = 0;
  let memoryMb = guessMb;
  let backoff = firstBackoffMs;
  let restUntil = 0;

  /** The next try after one that failed; the stock is told when its time has come. */
  function rest(): void {
    restUntil = performance.now() + backoff;
    setTimeout(stock.review, backoff + 1).unref();
    backoff = Math.min(backoff * 2, longestBackoffMs);
  }

  async function startOne(): Promise<void> {
    try {
      const handle = await startInTime(
        start,
        { ahead: true, processorList: options.fence?.ahead() },
        startWithinMs,
        closing.signal,
      );
      if (closing.signal.aborted) return handle.kill('cancelled');
      backoff = firstBackoffMs;
      memoryMb = Math.max(1, handle.idleMb);
      idle.push(handle);
      // One that dies while it waits is replaced.
      const gone = () => {
        const at = idle.indexOf(handle);
        if (at < 0) return;
        idle.splice(at, 1);
        rest();
      };
      handle.ended.then(gone, gone);
    } catch {
      // Why it does not start is said to whoever takes one: `take` starts one itself and gets the error.
      rest();
    }
  }

  const leave = stock.join({
    ready: () => idle.length + starting.size,
    wanted() {
      const now = performance.now();
      if (closing.signal.aborted) return 0;
      if (now < restUntil) return idle.length;
      const { idleMs, most } = stock.options;
      if (now - usedAt > idleMs) return least;
      return Math.max(least, Math.min(most, Math.max(prestart, demand.burst(idleMs))));
    },
    memoryMb: () => memoryMb,
    async add() {
      const one = startOne().finally(() => starting.delete(one));
      starting.add(one);
      await one;
    },
    drop: () => idle.pop()?.kill('cancelled'),
  });

  async function takeOne(signal: AbortSignal, processorList?: string): Promise<RunHandle> {
    // One that is being started is nearly there: waiting for it is quicker than starting another beside it.
    if (idle.length === 0 && starting.size > waiting) {
      waiting += 1;
      try {
        await orAborted(Promise.race(starting), signal);
      } finally {
        waiting -= 1;
      }
    }
    const either = AbortSignal.any([signal, closing.signal]);
    return idle.shift() ?? startInTime(start, { ahead: false, processorList }, startWithinMs, either);
  }

  return {
    async take(signal, processorList) {
      if (closing.signal.aborted) throw new AssayError('runner.unavailable', 'The runtime is closing.');
      usedAt = performance.now();
      demand.note();
      const end = stock.begin();
      let handle: RunHandle;
      try {
        handle = await takeOne(signal, processorList);
      } catch (error) {
        end();
        throw error;
      }
      busy.add(handle);
      const done = () => {
        busy.delete(handle);
        usedAt = performance.now();
        end();
      };
      handle.ended.then(done, done);
      return handle;
    },
    async close() {
      closing.abort();
      leave();
      await Promise.all(starting);
      const all = [...idle, ...busy];
      for (const handle of all) handle.kill('cancelled');
      const ended = Promise.allSettled(all.map((handle) => handle.ended));
      await Promise.race([ended, delay(closeWithinMs, undefined, { ref: false })]);
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { AssayError, type RunHandle } from '@assay/sdk';
import { orAborted } from './abort.ts';

export interface Pool {
  take(signal: AbortSignal): Promise<RunHandle>;
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Programs kept ready. */
  readonly size: number;
  /** Milliseconds in which a program must be ready; one that is not is given up, and the next is tried. */
  readonly startWithinMs?: number;
}

const firstBackoffMs = 250;
const longestBackoffMs = 30_000;
const usualStartWithinMs = 60_000;
/** How long closing waits for programs that were told to end. */
const closeWithinMs = 10_000;

/**
 * Keeps programs started, ready and unused. One that is taken is not replaced before it has ended, so that filling
 * up does not compete with the run. An empty pool starts one on demand: the cold start is the same road.
 */
export function createPool(
  start: (signal: AbortSignal) => Promise<RunHandle>,
  { size, startWithinMs = usualStartWithinMs }: PoolOptions,
): Pool {
  const closing = new AbortController();
  const idle: RunHandle[] = [];
  const busy = new Set<RunHandle>();
  const starting = new Set<Promise<void>>();
  let backoff = firstBackoffMs;
  let timer: NodeJS.Timeout | undefined;

  /** Starts a program within its time, whatever it, or what starts it, does not answer. */
  async function startInTime(signal: AbortSignal): Promise<RunHandle> {
    const giveUp = new AbortController();
    const stop = () => giveUp.abort(signal.reason);
    const timer = setTimeout(() => {
      const seconds = Math.round(startWithinMs / 1000);
      giveUp.abort(
        new AssayError('runner.unavailable', `A program was not ready to run within ${seconds} s.`),
      );
    }, startWithinMs);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await orAborted(start(giveUp.signal), giveUp.signal, (late) => late.kill('cancelled'));
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  async function startOne(): Promise<void> {
    try {
      const handle = await startInTime(closing.signal);
      if (closing.signal.aborted) return handle.kill('cancelled');
      backoff = firstBackoffMs;
      idle.push(handle);
      // One that dies while it waits is replaced.
      handle.ended.then(() => {
        const at = idle.indexOf(handle);
        if (at < 0) return;
        idle.splice(at, 1);
        later();
      }, later);
    } catch {
      // Why it does not start is said to whoever takes one: `take` starts one itself and gets the error.
      later();
    }
  }

  function later(): void {
    if (closing.signal.aborted || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      fill();
    }, backoff);
    backoff = Math.min(backoff * 2, longestBackoffMs);
  }

  function fill(): void {
    while (!closing.signal.aborted && idle.length + starting.size + busy.size < size) {
      const one = startOne().finally(() => starting.delete(one));
      starting.add(one);
    }
  }

  fill();
  return {
    async take(signal) {
      if (closing.signal.aborted) throw new AssayError('runner.unavailable', 'The runtime is closing.');
      // One that is being started is nearly there: waiting for it is quicker than starting another beside it.
      if (idle.length === 0 && starting.size > 0) await orAborted(Promise.race(starting), signal);
      const handle = idle.shift() ?? (await startInTime(AbortSignal.any([signal, closing.signal])));
      busy.add(handle);
      const done = () => {
        busy.delete(handle);
        fill();
      };
      handle.ended.then(done, done);
      return handle;
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      await Promise.all(starting);
      const all = [...idle, ...busy];
      for (const handle of all) handle.kill('cancelled');
      const ended = Promise.allSettled(all.map((handle) => handle.ended));
      await Promise.race([ended, delay(closeWithinMs, undefined, { ref: false })]);
    },
  };
}

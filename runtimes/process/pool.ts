import { AssayError, type RunHandle } from '@assay/sdk';

export interface Pool {
  take(signal: AbortSignal): Promise<RunHandle>;
  close(): Promise<void>;
}

const firstBackoffMs = 250;
const longestBackoffMs = 30_000;

/**
 * Keeps programs started, ready and unused. One that is taken is not replaced before it has ended, so that filling
 * up does not compete with the run. An empty pool starts one on demand: the cold start is the same road.
 */
export function createPool(start: (signal: AbortSignal) => Promise<RunHandle>, size: number): Pool {
  const closing = new AbortController();
  const idle: RunHandle[] = [];
  const busy = new Set<RunHandle>();
  const starting = new Set<Promise<void>>();
  let backoff = firstBackoffMs;
  let timer: NodeJS.Timeout | undefined;

  async function startOne(): Promise<void> {
    try {
      const handle = await start(closing.signal);
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
      if (idle.length === 0 && starting.size > 0) await Promise.race(starting);
      const handle = idle.shift() ?? (await start(AbortSignal.any([signal, closing.signal])));
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
      await Promise.all(all.map((handle) => handle.ended));
    },
  };
}

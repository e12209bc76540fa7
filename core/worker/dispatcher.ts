import type { Delivery } from '../base/queue/index.ts';

export interface DispatcherOptions {
  /** Messages carried out at once. */
  readonly slots: number;
  /** Takes at most so many messages, in the order in which they are to be carried out. */
  readonly take: (limit: number) => Promise<readonly Delivery[]>;
  readonly carryOut: (message: Delivery, signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Keeps the slots filled as long as there are messages: as many are fetched as there are free slots, until none come. */
export interface Dispatcher {
  /** Looks for messages; said when a notification came, when it is time, and by a slot that got free. */
  wake(): void;
  /** Subjects under way. */
  own(): Set<string>;
  /** Ends one that is under way. */
  abort(id: string, reason: string): void;
  /** Takes no more; waits for what is under way, and ends it after `graceMs`. */
  drain(graceMs: number, reason: string): Promise<void>;
}

interface Attempt {
  readonly abort: AbortController;
  /** The one for the same subject that this one waits for. */
  readonly before: Attempt | undefined;
  done: Promise<void>;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const running = new Map<string, Attempt>();
  let looking = false;
  let lookAgain = false;
  let stopped = false;

  function begin(message: Delivery): void {
    // An attempt that was lost sends its job anew before its own message is settled: the new one waits for that. Where a
    // message only came twice, the row says that nothing is left to do.
    const before = running.get(message.id);
    const abort = new AbortController();
    const entry: Attempt = { abort, before, done: Promise.resolve() };
    running.set(message.id, entry);
    entry.done = (async () => {
      await before?.done;
      await options.carryOut(message, abort.signal).catch(options.onError);
      if (running.get(message.id) === entry) running.delete(message.id);
      wake();
    })();
  }

  async function look(): Promise<void> {
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    try {
      do {
        lookAgain = false;
        const free = options.slots - running.size;
        if (free <= 0) break;
        const messages = await options.take(free);
        for (const message of messages) begin(message);
        lookAgain ||= messages.length > 0 && running.size < options.slots;
      } while (lookAgain && !stopped);
    } finally {
      looking = false;
    }
  }

  function wake(): void {
    if (!stopped) look().catch(options.onError);
  }

  return {
    wake,
    own: () => new Set(running.keys()),
    abort(id, reason) {
      for (let attempt = running.get(id); attempt; attempt = attempt.before) attempt.abort.abort(reason);
    },
    async drain(graceMs, reason) {
      stopped = true;
      const all = Promise.all([...running.values()].map(({ done }) => done));
      const late = setTimeout(() => {
        for (const { abort } of running.values()) abort.abort(reason);
      }, graceMs);
      await all;
      clearTimeout(late);
    },
  };
}

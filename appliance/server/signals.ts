import type { SupervisedChild } from './child.ts';
import { explain } from './explain.ts';
import type { Stack } from './stack.ts';
import type { Terminal } from './terminal.ts';

export interface Signals {
  /** What is still starting: it comes to rest before everything ends. */
  starting(work: Promise<unknown>): void;
  /** True after the end was asked for. */
  asked(): boolean;
}

/** One Ctrl-C reaches us by the terminal, by npm and by the set-up: what comes this close together was one. */
const onePressMs = 700;

/** Ctrl-C, a closed terminal and `kill` end everything in order; a second one ends it at once. */
export function stopOnSignals(running: {
  stack: Stack;
  children: readonly SupervisedChild[];
  terminal: Terminal;
}): Signals {
  const { stack, children, terminal } = running;
  let askedAt: number | undefined;
  let starting: Promise<unknown> = Promise.resolve();

  async function end(): Promise<void> {
    terminal.note('–', 'ending: what runs may finish for 30 s; Ctrl-C again ends at once');
    await terminal.step('ended', async () => {
      await stack.stop();
      await Promise.allSettled([starting]);
      await stack.stop();
    });
  }

  const stop = () => {
    const now = performance.now();
    if (askedAt !== undefined) {
      if (now - askedAt < onePressMs) return;
      for (const child of children) child.kill();
      process.exit(130);
    }
    askedAt = now;
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${explain(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return {
    starting(work) {
      starting = work;
    },
    asked: () => askedAt !== undefined,
  };
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TrialAnswer, TrialQuestion } from './trial-child.ts';

export interface Trial {
  /**
   * Compiles a schema in another process, and holds one value against it.
   * @returns why it may not be compiled here; undefined where it may
   */
  compile(schema: object, options?: { defaults?: boolean }): Promise<string | undefined>;
  /** Ends the other process. */
  close(): Promise<void>;
}

export interface TrialLimits {
  readonly milliseconds: number;
  readonly memoryMb: number;
}

/** Those of the threat model. */
const usual: TrialLimits = { milliseconds: 2000, memoryMb: 128 };
/** A process that has not said so within this time will not. */
const startWithinMs = 30_000;

/**
 * Compiling a schema is running a program that its author had a hand in: what a stranger wrote is compiled in a process of
 * its own first, with little time and memory. One that the process does not survive is refused, and the next gets another
 * process.
 */
export function createTrial(limits: TrialLimits = usual): Trial {
  let child: ChildProcess | undefined;

  const end = async () => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill('SIGKILL');
    await gone;
  };

  /** One question, one answer: `late` where its time is over, `gone` where the process is. */
  function ask(to: ChildProcess, question: TrialQuestion, withinMs: number) {
    return new Promise<TrialAnswer | 'late' | 'gone'>((resolve) => {
      const answered = (answer: TrialAnswer | 'late' | 'gone') => {
        clearTimeout(timer);
        to.off('message', answered).off('exit', gone).off('error', gone);
        resolve(answer);
      };
      const gone = () => answered('gone');
      const timer = setTimeout(() => answered('late'), withinMs);
      to.on('message', answered).on('exit', gone).on('error', gone);
      to.send(question, (error) => error && gone());
    });
  }

  async function ready(): Promise<ChildProcess> {
    if (child) return child;
    child = fork(new URL('./trial-child.ts', import.meta.url), [], {
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${limits.memoryMb}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // The start of the process is not the schema's time.
    const first = await ask(child, { schema: { type: 'object' }, defaults: false }, startWithinMs);
    if (first === 'late' || first === 'gone') {
      await end();
      throw new Error('the process in which schemas are tried does not start');
    }
    return child;
  }

  return {
    async compile(schema, { defaults = false } = {}) {
      const answer = await ask(await ready(), { schema, defaults }, limits.milliseconds);
      if (typeof answer === 'object') return answer.reason || undefined;
      await end();
      return answer === 'late'
        ? `compiling it takes longer than ${limits.milliseconds} ms`
        : `compiling it takes more than ${limits.memoryMb} MB of memory, or all of the stack`;
    },
    close: end,
  };
}

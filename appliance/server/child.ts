import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import type { PartMessage, PartSettings, Role, SupervisorMessage } from './messages.ts';

const firstBackoffMs = 100;
const longestBackoffMs = 30_000;
/** A part that lived this long is well: the next restart is quick again. */
const wellAfterMs = 60_000;
const killAfterMs = 40_000;

export interface SupervisedChild {
  readonly role: Role;
  pid(): number | undefined;
  stop(): Promise<void>;
  kill(): void;
}

type Ready = Extract<PartMessage, { ready: true }>;

/** The whole environment of a part; its settings come over the channel. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, LANG: 'C.UTF-8', TZ: 'UTC' };
}

function begin<R extends Role>(
  role: R,
  settings: PartSettings[R],
): { child: ChildProcess; ready: Promise<Ready> } {
  const program = new URL('./main.ts', import.meta.url);
  const child = fork(program, [role], {
    env: environment(),
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ready = new Promise<Ready>((resolve, reject) => {
    child.once('message', (message: PartMessage) =>
      'failed' in message ? reject(new AssayError('config.invalid', message.failed)) : resolve(message),
    );
    child.once('exit', (code, signal) =>
      reject(
        new AssayError(
          'config.invalid',
          `The ${role} ended while it started (${signal ?? `exit code ${code}`}); its log says why.`,
        ),
      ),
    );
    child.once('error', reject);
  });
  child.send({ settings } satisfies SupervisorMessage);
  return { child, ready };
}

/**
 * Starts a part and keeps it: one that ends unasked is started again, soon at first, then ever less often.
 * @throws AssayError where it does not start the first time
 */
export async function superviseChild<R extends Role>(
  role: R,
  settings: PartSettings[R],
  onNews: (news: string) => void,
): Promise<{ child: SupervisedChild; ready: Ready }> {
  let stopping = false;
  let current: ChildProcess | undefined;
  let backoff = firstBackoffMs;

  async function keep(child: ChildProcess): Promise<void> {
    const since = Date.now();
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.once('exit', (...how) => resolve(how)),
    );
    if (stopping) return;
    onNews(`The ${role} ended (${signal ?? `exit code ${code}`}); it is started again.`);
    await again(Date.now() - since);
  }

  async function again(livedMs: number): Promise<void> {
    if (livedMs > wellAfterMs) backoff = firstBackoffMs;
    await delay(backoff);
    backoff = Math.min(backoff * 2, longestBackoffMs);
    if (stopping) return;
    const { child, ready } = begin(role, settings);
    current = child;
    try {
      await ready;
      backoff = firstBackoffMs;
      keep(child).catch(fail);
    } catch (error) {
      child.kill('SIGKILL');
      onNews(`The ${role} could not be started again: ${error instanceof Error ? error.message : error}`);
      if (!stopping) await again(0);
    }
  }

  const fail = (error: unknown) => onNews(`The ${role} is without a supervisor: ${error}`);
  const first = begin(role, settings);
  current = first.child;
  const supervised: SupervisedChild = {
    role,
    pid: () => current?.pid,
    kill: () => {
      stopping = true;
      current?.kill('SIGKILL');
    },
    async stop() {
      stopping = true;
      const child = current;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.connected) child.send({ stop: true } satisfies SupervisorMessage);
      const late = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      await gone;
      clearTimeout(late);
    },
  };
  try {
    const ready = await first.ready;
    keep(first.child).catch(fail);
    return { child: supervised, ready };
  } catch (error) {
    supervised.kill();
    throw error;
  }
}

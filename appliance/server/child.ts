import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { PluginSource } from '@assay/core/plugins';
import { AssayError } from '@assay/sdk';
import { type FipsMode, fipsArguments } from './fips-mode.ts';
import type {
  Answer,
  PartMessage,
  PartSettings,
  PluginRequest,
  Role,
  SupervisorMessage,
} from './messages.ts';

const firstBackoffMs = 100;
const longestBackoffMs = 30_000;
/** A part that lived this long is well: its next restart is quick again. */
const wellAfterMs = 5_000;
/** A little more than a part gives what it is doing. */
const killAfterMs = 40_000;

/** Longer than any part takes to read the manifests of hundreds of plugins. */
const loadWithinMs = 60_000;

export type Ready = Extract<PartMessage, { ready: true }>;

export interface SupervisedChild {
  readonly role: Role;
  readonly ready: Ready;
  pid(): number | undefined;
  /** Gives it other plugins; done when it has them. One that is being started has them from its settings. */
  replacePlugins(plugins: readonly PluginSource[]): Promise<void>;
  /** Lets it finish what it is doing, then ends it. */
  stop(): Promise<void>;
  kill(): void;
}

export interface ChildOptions<R extends Role> {
  readonly role: R;
  /** Asked at every start of the part. */
  readonly settings: () => PartSettings[R];
  /** One sentence for whoever watches. */
  readonly onNews: (news: string) => void;
  /** What the part writes past its log: the last words of a crash. */
  readonly lastWords: string;
  /** Variables that the part is given from our environment, beside those that every part has. */
  readonly variables?: readonly string[];
  /** What the part asks about plugins. */
  readonly onAsk?: (request: PluginRequest) => Promise<Answer>;
  /** Where the part must compute with a FIPS provider. */
  readonly fips?: FipsMode | undefined;
  /** The program, where it is not this one again. */
  readonly program?: URL;
}

/** The whole environment of a part; its settings come over the channel. */
export function environment(variables: readonly string[] = []): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  const given = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  return { ...given, PATH, HOME, LANG: 'C.UTF-8', TZ: 'UTC' };
}

function open({ role, program, lastWords, variables, fips }: ChildOptions<Role>): ChildProcess {
  const file = openSync(lastWords, 'a', 0o600);
  try {
    return fork(program ?? new URL('./main.ts', import.meta.url), [role], {
      env: environment(variables),
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning', ...fipsArguments(fips)],
      stdio: ['ignore', file, file, 'ipc'],
    });
  } finally {
    closeSync(file);
  }
}

function begin<R extends Role>(options: ChildOptions<R>): { child: ChildProcess; ready: Promise<Ready> } {
  const child = open(options as unknown as ChildOptions<Role>);
  const failed = (why: string) => new AssayError('config.invalid', why);
  const ready = new Promise<Ready>((resolve, reject) => {
    child.on('message', (message: PartMessage) => {
      if ('failed' in message) reject(failed(message.failed));
      else if ('ready' in message) resolve(message);
      else if ('ask' in message)
        options.onAsk?.(message.request).then((answer) => {
          const answered = { answer: message.ask, with: answer } satisfies SupervisorMessage;
          if (child.connected) child.send(answered, () => undefined);
        }, options.onNews);
    });
    child.once('exit', (code, signal) =>
      reject(
        failed(
          `The ${options.role} ended while it started (${signal ?? `exit code ${code}`}); ${options.lastWords} says why.`,
        ),
      ),
    );
    child.once('error', reject);
  });
  // A part that dies at once breaks the channel under the message; that it died is told by `exit`.
  child.on('error', () => undefined);
  const first = {
    settings: options.settings(),
    fips: options.fips !== undefined,
  } satisfies SupervisorMessage;
  child.send(first, () => undefined);
  return { child, ready };
}

/** A part under supervision: one that ends unasked is started again, soon at first, then ever less often. */
class Supervised<R extends Role> {
  readonly #options: ChildOptions<R>;
  #current: ChildProcess | undefined;
  #stopping = new AbortController();
  #backoff = firstBackoffMs;
  #round = 0;

  constructor(options: ChildOptions<R>) {
    this.#options = options;
  }

  pid(): number | undefined {
    return this.#current?.pid;
  }

  async start(): Promise<Ready> {
    const { child, ready } = begin(this.#options);
    this.#current = child;
    const ended = new Promise<string>((resolve) =>
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`)),
    );
    const since = performance.now();
    try {
      const message = await ready;
      ended.then((how) => this.#restart(how, performance.now() - since)).catch(this.#lost);
      return message;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  readonly #lost = (error: unknown) => {
    this.#options.onNews(`The ${this.#options.role} is without a supervisor: ${error}`);
  };

  async #restart(how: string, livedMs: number): Promise<void> {
    const { role, onNews } = this.#options;
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    onNews(`The ${role} ended (${how}); it is started again.`);
    if (livedMs > wellAfterMs) this.#backoff = firstBackoffMs;
    while (!signal.aborted) {
      await delay(this.#backoff, undefined, { ref: false });
      this.#backoff = Math.min(this.#backoff * 2, longestBackoffMs);
      if (signal.aborted) return;
      try {
        await this.start();
        return;
      } catch (error) {
        if (!signal.aborted)
          onNews(`The ${role} could not be started again: ${error instanceof Error ? error.message : error}`);
      }
    }
  }

  async replacePlugins(plugins: readonly PluginSource[]): Promise<void> {
    const child = this.#current;
    if (!child?.connected) return;
    this.#round += 1;
    const round = this.#round;
    const { promise, resolve } = Promise.withResolvers<void>();
    const heard = (message: PartMessage) => {
      if ('loaded' in message && message.loaded === round) resolve();
    };
    const late = setTimeout(() => {
      this.#options.onNews(`The ${this.#options.role} has not loaded the plugins after a minute.`);
      resolve();
    }, loadWithinMs);
    child.on('message', heard).once('exit', resolve);
    child.send({ round, plugins } satisfies SupervisorMessage, (error) => error && resolve());
    await promise;
    clearTimeout(late);
    child.off('message', heard).off('exit', resolve);
  }

  kill(): void {
    this.#stopping.abort();
    this.#current?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const child = this.#current;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.connected) child.send({ stop: true } satisfies SupervisorMessage, () => undefined);
    const late = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    await gone;
    clearTimeout(late);
  }
}

/**
 * Starts a part and keeps it.
 * @throws AssayError where it does not start the first time
 */
export async function superviseChild<R extends Role>(options: ChildOptions<R>): Promise<SupervisedChild> {
  const supervised = new Supervised(options);
  const ready = await supervised.start();
  return {
    role: options.role,
    ready,
    pid: () => supervised.pid(),
    replacePlugins: (plugins) => supervised.replacePlugins(plugins),
    stop: () => supervised.stop(),
    kill: () => supervised.kill(),
  };
}

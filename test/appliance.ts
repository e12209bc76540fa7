import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { callApi } from './api.ts';

/** A whole appliance as `npm start` makes it, in a folder of its own, for one test file. */
export interface Appliance {
  readonly url: string;
  /** API token of the administrator. */
  readonly token: string;
  readonly startToken: string;
  readonly report: string;
  readonly data: string;
  readonly pid: number;
  readonly pids: Readonly<Record<'api' | 'worker' | 'runner', number>>;
  /** Ends it as Ctrl-C does, and removes its folder. */
  stop(): Promise<void>;
  /** Ends it as Ctrl-C does; its folder stays. */
  end(): Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
}

export interface ApplianceOptions {
  readonly data?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const main = path.resolve(import.meta.dirname, '../appliance/server/main.ts');

export interface Launched {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** The line that says that it is up; rejects with what it printed where it ends before. */
  readonly up: Promise<{
    url: string;
    startToken: string;
    report: string;
    pid: number;
    pids: Appliance['pids'];
  }>;
}

/** A test or a bench is one address and one principal that asks as fast as it can. */
const unlimited = {
  ASSAY_LIMITS_REQUESTS_PER_ADDRESS: '100000000',
  ASSAY_LIMITS_REQUESTS_PER_PRINCIPAL: '100000000',
  ASSAY_LIMITS_REQUESTS_PER_WORKSPACE: '100000000',
};

/** Settings with which no program is started ahead: every run finds the host as it is at that moment. */
export const nothingReady = { ASSAY_RUNTIMES_PRESTART: '0', ASSAY_RUNTIMES_WARM_MOST: '0' };

/** Starts the program without waiting for it. */
export function launch(data: string, env: Readonly<Record<string, string>> = {}): Launched {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'all', '--json'], {
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, ASSAY_DATA: data, ASSAY_HTTP_PORT: '0' },
      ...unlimited,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const up = new Promise<Awaited<Launched['up']>>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) =>
      resolve(JSON.parse(line)),
    );
    exited.then(() => reject(new Error(errors.trim() || 'it ended without a word')), reject);
  });
  return { child, exited, up };
}

export async function startAppliance(options: ApplianceOptions = {}): Promise<Appliance> {
  const data = options.data ?? (await mkdtemp(path.join(tmpdir(), 'assay-data-')));
  const { child, exited, up } = launch(data, options.env);
  const started = await up;
  const { body } = await callApi(started.url, '').call('POST', '/v1/sign-in', {
    json: { token: started.startToken },
  });
  const end = async () => {
    child.kill('SIGTERM');
    return exited;
  };
  return {
    ...started,
    token: body.token,
    data,
    exited,
    end,
    kill: (signal) => child.kill(signal),
    async stop() {
      await end();
      await rm(data, { recursive: true, force: true });
    },
  };
}

import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { type Config, loadConfig, prepareAppliance } from '@assay/core';
import { type SupervisedChild, superviseChild } from './child.ts';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { explain } from './explain.ts';
import { readFirstReport, runFirstAnalysis } from './first-run.ts';
import { tellWhatIsFound } from './found.ts';
import type { PartSettings } from './messages.ts';
import { findPlugins } from './plugins.ts';
import { createTerminal, type Terminal } from './terminal.ts';
import { version } from './version.ts';

interface Started {
  readonly url: string;
  readonly startToken: string;
  readonly report: string;
  readonly pids: Readonly<Record<string, number | undefined>>;
}

/** What is running, in the order in which it was started; it ends in the reverse order. */
class Stack {
  readonly #stops: (() => Promise<void>)[] = [];
  readonly children: SupervisedChild[] = [];
  push(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }
  async stop(): Promise<void> {
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) await stop();
  }
  killAll(): void {
    for (const child of this.children) child.kill();
  }
}

interface Prepared {
  readonly apiUrl: string;
  readonly workerUrl: string;
  readonly runnerKey: Buffer;
  readonly plugins: Awaited<ReturnType<typeof findPlugins>>;
}

/** Cuts the configuration into what each part may know. */
function settingsOf(config: Config, data: DataDirectory, prepared: Prepared): PartSettings {
  const log = (role: string) => ({ level: config.log.level, file: path.join(data.logs, `${role}.log`) });
  const { plugins, runnerKey } = prepared;
  const part = {
    poolSize: config.database.poolSize,
    keyringFile: config.keys.file ?? data.keyring,
    storeDirectory: config.storage.directory ?? data.objects,
    plugins,
    maxUploadBytes: config.uploads.maxBytes,
  };
  return {
    api: { ...part, databaseUrl: prepared.apiUrl, http: config.http, log: log('api') },
    worker: {
      ...part,
      databaseUrl: prepared.workerUrl,
      runnerSocket: data.runnerSocket,
      runnerKey,
      concurrency: config.jobs.concurrency,
      maxAttempts: config.jobs.maxAttempts,
      version,
      log: log('worker'),
    },
    runner: {
      socketPath: data.runnerSocket,
      key: runnerKey,
      plugins: plugins.flatMap(({ name, directory, admitted, trust }) =>
        admitted === undefined ? [] : [{ name, directory, digest: admitted, trust }],
      ),
      prestart: config.runtimes.prestart,
      isolation: config.runtimes.isolation,
      scratchRoot: data.scratch,
      log: log('runner'),
    },
  };
}

async function startDatabase(
  config: Config,
  data: DataDirectory,
  stack: Stack,
  terminal: Terminal,
): Promise<string> {
  if (config.database.url) return config.database.url;
  const postgres: EmbeddedPostgres = await terminal.step('Postgres 18, embedded', () =>
    startEmbeddedPostgres(data.path),
  );
  stack.push(() => postgres.stop());
  postgres.onDeath((why) => {
    terminal.note('!', `Postgres ended: ${why}. Everything is stopped; start again.`);
    stack.killAll();
    process.exit(1);
  });
  return postgres.ownerUrl;
}

async function startParts(settings: PartSettings, stack: Stack, terminal: Terminal): Promise<string> {
  const news = (text: string) => terminal.note('!', text);
  const add = ({ child }: { child: SupervisedChild }) => {
    stack.children.push(child);
    stack.push(() => child.stop());
  };
  // Started side by side, but ended in this order from the back: api first, then worker, then runner.
  return terminal.step(
    'runner, worker, api',
    async () => {
      const [runner, worker, api] = await Promise.allSettled([
        superviseChild('runner', settings.runner, news),
        superviseChild('worker', settings.worker, news),
        superviseChild('api', settings.api, news),
      ]);
      for (const started of [runner, worker, api]) if (started.status === 'fulfilled') add(started.value);
      for (const started of [runner, worker, api]) if (started.status === 'rejected') throw started.reason;
      return api.status === 'fulfilled' ? (api.value.ready.address ?? '') : '';
    },
    (address) => `runner, worker, api at ${address}`,
  );
}

async function start(stack: Stack, terminal: Terminal): Promise<Started> {
  const data = await openDataDirectory(process.env);
  stack.push(() => data.release());
  const config = loadConfig({ file: data.config, env: process.env });
  terminal.note('✓', `data in ${data.path}`);
  tellWhatIsFound(terminal);
  const ownerUrl = await startDatabase(config, data, stack, terminal);
  const keyringFile = config.keys.file ?? data.keyring;
  const prepared = await terminal.step('tables, roles and keys', () =>
    prepareAppliance({ ownerUrl, keyringFile }),
  );
  const plugins = await findPlugins(config.plugins.own);
  const settings = settingsOf(config, data, { ...prepared, plugins, runnerKey: randomBytes(32) });
  const url = await startParts(settings, stack, terminal);
  let report = await readFirstReport(data.firstReport);
  report ??= await terminal.step('first analysis: a regression of Longley’s employment data', () =>
    runFirstAnalysis(url, prepared.setupToken, data.firstReport),
  );
  const pids = Object.fromEntries(stack.children.map((child) => [child.role, child.pid()]));
  return { url, startToken: prepared.startToken, report, pids };
}

function stopOnSignals(stack: Stack, terminal: Terminal): void {
  let asked = 0;
  const stop = () => {
    asked += 1;
    if (asked > 1) {
      stack.killAll();
      process.exit(130);
    }
    terminal.note('–', 'ending: what runs may finish for 30 s; Ctrl-C again ends at once');
    stack.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${explain(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function tell({ url, startToken, report }: Started, terminal: Terminal): void {
  const page = `/v1/reports/${report}.html`;
  terminal.block([
    `  Assay ${version} is up.`,
    '',
    `  API       ${url}   (description: ${url}/openapi.json)`,
    `  Report    ${url}${page}`,
    `  Sign in   ${url}/sign-in?token=${startToken}&next=${page}`,
    '            once, in a browser; it then shows the report',
    `  Terminal  npx assay sign-in ${startToken} --url ${url}`,
    '',
    '  Ctrl-C ends it. Started again it goes on where it was.',
  ]);
}

/** `npm start`: everything on this machine, under one supervisor that itself reads no data and holds no keys. */
export async function superviseAll({ json }: { json: boolean }): Promise<void> {
  const terminal = createTerminal(process.stdout, json);
  const stack = new Stack();
  stopOnSignals(stack, terminal);
  try {
    const started = await start(stack, terminal);
    if (json) process.stdout.write(`${JSON.stringify({ ...started, pid: process.pid })}\n`);
    else tell(started, terminal);
  } catch (error) {
    process.stderr.write(`\n${explain(error)}\n`);
    await stack.stop();
    process.exit(1);
  }
}

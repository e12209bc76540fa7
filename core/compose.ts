import { randomBytes, randomUUID } from 'node:crypto';
import { connect, holdPresence } from './base/database/index.ts';
import { openKeyring } from './base/encryption/index.ts';
import { openQueue } from './base/queue/index.ts';
import { connectRun } from './base/runner/index.ts';
import { openFilesystemStore } from './base/storage/index.ts';
import type { Logger } from './base/telemetry/index.ts';
import { createValidator } from './base/validation/index.ts';
import type { Deps } from './domain/deps.ts';
import { listenToJobs, type WorkDeps } from './domain/jobs/index.ts';
import { loadPlugins, type PluginSource } from './domain/plugins/index.ts';
import { createCiphers } from './domain/workspaces/index.ts';
import { createServer } from './gateway/http/index.ts';
import { checkHealth } from './health.ts';
import { startWorker } from './worker/worker.ts';

/** What both the api and the worker are given. Neither gets more of the machine than this. */
export interface PartSettings {
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly keyringFile: string;
  readonly storeDirectory: string;
  readonly plugins: readonly PluginSource[];
  readonly maxUploadBytes: number;
  readonly log: Logger;
}

export interface ApiSettings extends PartSettings {
  readonly http: { readonly host: string; readonly port: number; readonly publicUrl?: string };
}

export interface WorkerSettings extends PartSettings {
  readonly runnerSocket: string;
  readonly runnerKey: Buffer;
  readonly concurrency: number;
  readonly maxAttempts: number;
  readonly version: string;
}

/** A part that runs until it is stopped. */
export interface Part {
  readonly address?: string;
  stop(graceMs: number): Promise<void>;
}

/** base -> domain: everything that use cases may ask for. */
async function composeDeps(
  settings: PartSettings,
  name: 'api' | 'worker',
): Promise<Deps & { close(): Promise<void> }> {
  const { databaseUrl: url, poolSize, log } = settings;
  const onError = (err: Error) => log.warn({ err }, 'a connection to the database broke');
  const keys = await openKeyring({ file: settings.keyringFile });
  const store = openFilesystemStore({ directory: settings.storeDirectory });
  await store.check();
  const database = connect({ url, poolSize, applicationName: `assay ${name}`, onError });
  const queue = await openQueue({ url, poolSize: 3, supervise: name === 'worker', onError });
  const changes = await listenToJobs(database);
  const validator = createValidator();
  const plugins = await loadPlugins(validator, settings.plugins);
  for (const plugin of plugins.plugins)
    if (plugin.state === 'quarantined')
      log.warn({ plugin: plugin.name, reasons: plugin.reasons }, 'a plugin is quarantined');
  return {
    database,
    queue,
    store,
    keys,
    ciphers: createCiphers(keys),
    validator,
    plugins,
    changes,
    log,
    limits: { maxUploadBytes: settings.maxUploadBytes },
    health: () => checkHealth({ database, keys, store }),
    async close() {
      await changes.close();
      await queue.close();
      await database.close();
    },
  };
}

/** domain -> gateway: answers requests until stopped. */
export async function createApi(settings: ApiSettings): Promise<Part> {
  const deps = await composeDeps(settings, 'api');
  const uploads = { maxBytes: settings.maxUploadBytes };
  const server = await createServer({ deps, http: settings.http, uploads, log: settings.log });
  await server.start();
  return {
    address: server.info.uri,
    async stop(graceMs) {
      await server.stop({ timeout: graceMs });
      await deps.close();
    },
  };
}

/** domain -> worker: carries jobs out until stopped. */
export async function createWorker(settings: WorkerSettings): Promise<Part> {
  const { databaseUrl, log } = settings;
  const base = await composeDeps(settings, 'worker');
  const workerId = randomUUID();
  const lockKey = randomBytes(8).readBigInt64BE();
  const presence = await holdPresence(databaseUrl, lockKey, (err) =>
    log.warn({ err }, 'the presence of the worker broke'),
  );
  await base.database.withoutWorkspace((query) =>
    query.insertInto('assay.worker').values({ id: workerId, lock_key: lockKey }).execute(),
  );
  const deps: WorkDeps = {
    ...base,
    runner: {
      run: (spec, inputs, signal) =>
        connectRun({ socketPath: settings.runnerSocket, key: settings.runnerKey, spec, inputs, signal }),
    },
    workerId,
    maxAttempts: settings.maxAttempts,
    version: settings.version,
  };
  const worker = startWorker(deps, { concurrency: settings.concurrency, pollMs: 2000, reconcileMs: 3000 });
  return {
    async stop(graceMs) {
      await worker.drain(graceMs);
      await presence.close();
      await base.close();
    },
  };
}

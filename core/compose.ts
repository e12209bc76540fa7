import { connect } from './base/database/index.ts';
import { openKeyring } from './base/encryption/index.ts';
import { openQueue } from './base/queue/index.ts';
import { openFilesystemStore } from './base/storage/index.ts';
import type { Logger } from './base/telemetry/index.ts';
import { createValidator } from './base/validation/index.ts';
import type { Deps } from './domain/deps.ts';
import { listenToJobs } from './domain/jobs/index.ts';
import { loadPlugins, type PluginSource } from './domain/plugins/index.ts';
import { createCiphers } from './domain/workspaces/index.ts';
import { checkHealth } from './health.ts';

/** What both the api and the worker are given. Neither gets more of the machine than this. */
export interface PartSettings {
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly keyringFile: string;
  readonly storeDirectory: string;
  readonly plugins: readonly PluginSource[];
  readonly maxUploadBytes: number;
  /** Version of Assay. */
  readonly version: string;
  readonly log: Logger;
}

/** A part that runs until it is stopped. */
export interface Part {
  readonly address?: string;
  stop(graceMs: number): Promise<void>;
}

/** base -> domain: everything that use cases may ask for. */
export async function composeDeps(
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

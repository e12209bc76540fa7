import { connect } from './base/database/index.ts';
import type { LimitSettings } from './base/limits/index.ts';
import { openQueue } from './base/queue/index.ts';
import { openStore, type StorageSettings } from './base/storage/index.ts';
import type { Logger } from './base/telemetry/index.ts';
import { createValidator } from './base/validation/index.ts';
import type { AccessSettings, Deps } from './domain/deps.ts';
import { listenToJobs } from './domain/jobs/index.ts';
import { loadPlugins, type PluginSource } from './domain/plugins/index.ts';
import type { QuotaDefaults } from './domain/quotas/index.ts';
import { createCiphers } from './domain/workspaces/index.ts';
import { checkHealth } from './health.ts';
import { type KeySettings, openKeys } from './keys.ts';
import { openLimits } from './limits.ts';

/** What both the api and the worker are given. Neither gets more of the machine than this. */
export interface PartSettings {
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly keys: KeySettings;
  readonly storage: StorageSettings;
  readonly plugins: readonly PluginSource[];
  readonly maxUploadBytes: number;
  readonly quotas: QuotaDefaults;
  readonly access: AccessSettings;
  readonly limits: LimitSettings;
  /** Version of Assay. */
  readonly version: string;
  readonly log: Logger;
}

/** A part that runs until it is stopped. */
export interface Part {
  readonly address?: string;
  stop(graceMs: number): Promise<void>;
}

/** What was composed, and how it ends. */
export type Composed = Deps & { close(): Promise<void> };

/** base -> domain: everything that use cases may ask for. */
export async function composeDeps(settings: PartSettings, name: 'api' | 'worker'): Promise<Composed> {
  const { databaseUrl: url, poolSize, log } = settings;
  const onError = (err: Error) => log.warn({ err }, 'a connection to the database broke');
  const keys = await openKeys(settings.keys, log);
  const store = openStore(settings.storage);
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
    access: settings.access,
    limits: {
      ...openLimits({ database, keys, log }, settings.limits),
      maxUploadBytes: settings.maxUploadBytes,
      keyBackupDays: settings.keys.backupDays,
      quotas: settings.quotas,
    },
    health: () => checkHealth({ database, keys, store }),
    async close() {
      await changes.close();
      await queue.close();
      await database.close();
      await keys.close();
    },
  };
}

import { connect } from './base/database/index.ts';
import type { LimitSettings } from './base/limits/index.ts';
import { openQueue } from './base/queue/index.ts';
import { openStore, type StorageSettings } from './base/storage/index.ts';
import type { Logger } from './base/telemetry/index.ts';
import { createValidator } from './base/validation/index.ts';
import type { AccessSettings, Deps } from './domain/deps.ts';
import { listenToJobs } from './domain/jobs/index.ts';
import {
  createLiveRegistry,
  loadPlugins,
  type PluginOffice,
  type PluginSource,
} from './domain/plugins/index.ts';
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
  /** Crashes in a row after which a plugin rests; 0 never. */
  readonly pauseAfter: number;
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
  /** From now on these are the plugins, and no others. */
  replacePlugins(sources: readonly PluginSource[]): Promise<void>;
}

/** What was composed, and how it ends. */
export type Composed = Deps & Pick<Part, 'replacePlugins'> & { close(): Promise<void> };

const nobody = async (): Promise<never> => {
  throw new TypeError('this process changes no plugins');
};
/** Plugins come and go through the api. */
const noOffice: PluginOffice = {
  install: nobody,
  setStanding: nobody,
  remove: nobody,
  give: nobody,
  revoke: nobody,
};

/** base -> domain: everything that use cases may ask for. */
export async function composeDeps(
  settings: PartSettings,
  name: 'api' | 'worker',
  office: PluginOffice = noOffice,
): Promise<Composed> {
  const { databaseUrl: url, poolSize, log } = settings;
  const onError = (err: Error) => log.warn({ err }, 'a connection to the database broke');
  const keys = await openKeys(settings.keys, log);
  const store = openStore(settings.storage);
  await store.check();
  const database = connect({ url, poolSize, applicationName: `assay ${name}`, onError });
  const queue = await openQueue({ url, poolSize: 3, supervise: name === 'worker', onError });
  const changes = await listenToJobs(database);
  const validator = createValidator();
  const load = async (sources: readonly PluginSource[]) => {
    // A validator of its own: what it compiled goes with the plugins that it was compiled for.
    const registry = await loadPlugins(createValidator(), sources);
    for (const { name: plugin, version, state, reasons } of registry.plugins)
      if (state !== 'enabled') log.warn({ plugin, version, reasons }, `a plugin is ${state}`);
    return registry;
  };
  const plugins = createLiveRegistry(await load(settings.plugins));
  return {
    database,
    queue,
    store,
    keys,
    ciphers: createCiphers(keys),
    validator,
    plugins,
    office,
    replacePlugins: async (sources) => plugins.replace(await load(sources)),
    changes,
    log,
    access: settings.access,
    limits: {
      ...openLimits({ database, keys, log }, settings.limits),
      maxUploadBytes: settings.maxUploadBytes,
      keyBackupDays: settings.keys.backupDays,
      quotas: settings.quotas,
      pauseAfter: settings.pauseAfter,
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

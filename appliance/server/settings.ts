import { totalmem } from 'node:os';
import path from 'node:path';
import type { Config, KeySettings, StorageSettings } from '@assay/core';
import type { PluginSource } from '@assay/core/plugins';
import { admittedOf } from './admitted.ts';
import type { DataDirectory } from './data-directory.ts';
import type { Containers, PartSettings } from './messages.ts';
import { version } from './version.ts';

/** What is made anew at each start. */
export interface Prepared {
  readonly apiUrl: string;
  readonly workerUrl: string;
  readonly keys: KeySettings;
  readonly storage: StorageSettings;
  readonly providers: NonNullable<PartSettings['api']['http']['providers']>;
  readonly providersCa?: string;
  readonly registrationToken?: string;
  readonly audit: PartSettings['worker']['audit'];
  readonly runnerKey: Buffer;
  readonly plugins: readonly PluginSource[];
  readonly containers?: Containers;
  readonly tls?: PartSettings['api']['http']['tls'];
}

function httpOf(
  { http }: Config,
  { tls, providers, registrationToken }: Prepared,
): PartSettings['api']['http'] {
  const { host, port, publicUrl, trustedProxies, clientHosts } = http;
  return {
    host,
    port,
    trustedProxies,
    clientHosts,
    providers,
    ...(publicUrl ? { publicUrl } : {}),
    ...(tls ? { tls } : {}),
    ...(registrationToken ? { registrationToken } : {}),
  };
}

/** Cuts the configuration into what each part may know. */
export function settingsOf(config: Config, data: DataDirectory, prepared: Prepared): PartSettings {
  const log = (role: string) => ({ level: config.log.level, file: path.join(data.logs, `${role}.log`) });
  const { plugins, runnerKey } = prepared;
  const part = {
    poolSize: config.database.poolSize,
    keys: prepared.keys,
    storage: prepared.storage,
    plugins,
    access: {
      ...config.access,
      providers: config.access.providers.map(({ name, title }) => ({ name, title })),
    },
    limits: config.limits,
    maxUploadBytes: config.uploads.maxBytes,
    quotas: config.quotas,
    pauseAfter: config.jobs.pauseAfter,
    version,
  };
  return {
    api: {
      ...part,
      databaseUrl: prepared.apiUrl,
      http: httpOf(config, prepared),
      ...(prepared.providersCa ? { providersCa: prepared.providersCa } : {}),
      log: log('api'),
    },
    worker: {
      ...part,
      databaseUrl: prepared.workerUrl,
      runnerSocket: data.runnerSocket,
      runnerKey,
      concurrency: config.jobs.concurrency,
      maxAttempts: config.jobs.maxAttempts,
      audit: prepared.audit,
      log: log('worker'),
    },
    runner: {
      socketPath: data.runnerSocket,
      key: runnerKey,
      plugins: admittedOf(plugins),
      ceiling: {
        seconds: config.runtimes.maxSeconds,
        memoryMb: config.runtimes.maxMemoryMb,
        outputMb: config.runtimes.maxOutputMb,
      },
      prestart: config.runtimes.prestart,
      stock: {
        most: config.runtimes.warmMost,
        memoryMb: config.runtimes.warmMemoryMb ?? Math.round(totalmem() / 8 / 1024 / 1024),
        idleMs: config.runtimes.warmIdleMinutes * 60_000,
      },
      processorsKept: config.runtimes.processorsKept,
      isolation: config.runtimes.isolation,
      scratchRoot: data.scratch,
      ...(prepared.containers ? { containers: prepared.containers } : {}),
      log: log('runner'),
    },
  };
}

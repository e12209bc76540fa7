import path from 'node:path';
import type { Config } from '@assay/core';
import type { DataDirectory } from './data-directory.ts';
import type { Containers, PartSettings } from './messages.ts';
import type { findPlugins } from './plugins.ts';
import { version } from './version.ts';

/** What is made anew at each start. */
export interface Prepared {
  readonly apiUrl: string;
  readonly workerUrl: string;
  readonly runnerKey: Buffer;
  readonly plugins: Awaited<ReturnType<typeof findPlugins>>;
  readonly containers?: Containers;
}

/** Cuts the configuration into what each part may know. */
export function settingsOf(config: Config, data: DataDirectory, prepared: Prepared): PartSettings {
  const log = (role: string) => ({ level: config.log.level, file: path.join(data.logs, `${role}.log`) });
  const { plugins, runnerKey } = prepared;
  const part = {
    poolSize: config.database.poolSize,
    keyringFile: config.keys.file ?? data.keyring,
    storeDirectory: config.storage.directory ?? data.objects,
    plugins,
    maxUploadBytes: config.uploads.maxBytes,
    version,
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
      ...(prepared.containers ? { containers: prepared.containers } : {}),
      log: log('runner'),
    },
  };
}

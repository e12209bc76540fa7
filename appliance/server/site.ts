import path from 'node:path';
import { loadConfig, type StorageSettings } from '@assay/core';
import { readConfig } from './data-directory.ts';
import { storageSettings } from './storage.ts';

/** What the commands that work on this machine need of what `npm start` reads; takes nothing and makes nothing. */
export async function readSite(
  env: NodeJS.ProcessEnv,
  dataDirectory: string,
): Promise<{ readonly storage: StorageSettings }> {
  const file = env.ASSAY_CONFIG || path.join(dataDirectory, 'config.json');
  const config = loadConfig({ file: await readConfig(file, Boolean(env.ASSAY_CONFIG)), env });
  return { storage: await storageSettings(config, path.join(dataDirectory, 'objects')) };
}

/** The store that another configuration file names, as the target of a copy; a folder is a store on disk. */
export async function readTarget(target: string): Promise<StorageSettings> {
  if (!target.endsWith('.json')) return { kind: 'disk', directory: path.resolve(target) };
  const config = loadConfig({ file: await readConfig(path.resolve(target), true), env: {} });
  return storageSettings(config, path.join(path.dirname(path.resolve(target)), 'objects'));
}

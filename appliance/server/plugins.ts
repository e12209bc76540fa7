import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PluginSource } from '@assay/core';
import type { Isolation } from '@assay/sdk';

const shipped = path.resolve(import.meta.dirname, '../../plugins');

interface OwnPlugin {
  readonly directory: string;
  readonly digest: string;
  readonly isolation?: Isolation;
}

/** What only an appliance with plugins of others needs is loaded there alone. */
async function tryOwn(given: readonly PluginSource[], names: readonly string[]): Promise<PluginSource[]> {
  if (given.length === 0) return [];
  const [{ tryPlugins }, { createValidator }, { createTrial }] = await Promise.all([
    import('@assay/core/plugins'),
    import('@assay/core/validation'),
    import('@assay/core/validation/trial'),
  ]);
  const trial = createTrial();
  try {
    return await tryPlugins(createValidator(), given, trial, names);
  } finally {
    await trial.close();
  }
}

/** Plugins of the release, admitted by its digest list, and those that the operator admitted. */
export async function findPlugins(own: readonly OwnPlugin[]): Promise<PluginSource[]> {
  const list = JSON.parse(await readFile(path.join(shipped, 'admitted.json'), 'utf8')) as Record<
    string,
    string
  >;
  const given: PluginSource[] = own.map(({ directory, digest, isolation }) => ({
    name: path.basename(directory),
    directory: path.resolve(directory),
    admitted: digest,
    trust: 'own',
    ...(isolation ? { isolation } : {}),
  }));
  return [
    ...Object.entries(list).map(([name, admitted]) => ({
      name,
      directory: path.join(shipped, name),
      admitted,
      trust: 'shipped' as const,
    })),
    ...(await tryOwn(given, Object.keys(list))),
  ];
}

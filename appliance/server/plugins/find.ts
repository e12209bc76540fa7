import path from 'node:path';
import { type PluginSource, tryPlugins } from '@assay/core/plugins';
import { type Gate, readInstalled, sourceOf } from '@assay/core/plugins/installed';
import { createValidator } from '@assay/core/validation';
import type { Trial } from '@assay/core/validation/trial';
import { AssayError, digestDirectory } from '@assay/sdk';
import type { OwnPlugin } from './messages.ts';

/** Those that the operator admitted by their digest, tried. */
export async function findOwn(
  own: readonly OwnPlugin[],
  trial: Trial,
  names: readonly string[],
): Promise<PluginSource[]> {
  const given: PluginSource[] = own.map(({ directory, digest, isolation }) => ({
    name: path.basename(directory),
    directory: path.resolve(directory),
    admitted: digest,
    trust: 'own',
    ...(isolation ? { isolation } : {}),
  }));
  return given.length === 0 ? [] : tryPlugins(createValidator(), given, trial, names);
}

/** Those that somebody works on, as they are at this moment. */
export async function findDevelopment(
  folders: readonly string[],
  trial: Trial,
  names: readonly string[],
): Promise<PluginSource[]> {
  const sources = folders.map(async (folder): Promise<PluginSource> => {
    const directory = path.resolve(folder);
    const base = { name: path.basename(directory), directory, trust: 'own', signature: 'unsigned' } as const;
    try {
      return { ...base, admitted: await digestDirectory(directory) };
    } catch (error) {
      if (!AssayError.is(error)) throw error;
      return { ...base, admitted: undefined, refused: [error.message] };
    }
  });
  const found = await Promise.all(sources);
  const there = found.filter(({ admitted }) => admitted !== undefined);
  const tried = await tryPlugins(createValidator(), there, trial, names);
  return [...tried, ...found.filter(({ admitted }) => admitted === undefined)];
}

/** Those that were installed, held against their signatures and the policy of today. */
export async function findInstalled(gate: Gate): Promise<PluginSource[]> {
  const installed = await readInstalled(gate.store);
  return Promise.all(installed.map((each) => sourceOf(each, gate)));
}

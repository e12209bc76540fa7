import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PluginSource } from '@assay/core/plugins';

const folder = path.resolve(import.meta.dirname, '../../../plugins');

/** Plugins of the release, admitted by its digest list. */
export async function findShipped(): Promise<PluginSource[]> {
  const list = JSON.parse(await readFile(path.join(folder, 'admitted.json'), 'utf8')) as Record<
    string,
    string
  >;
  return Object.entries(list).map(([name, admitted]) => ({
    name,
    directory: path.join(folder, name),
    admitted,
    trust: 'shipped',
  }));
}

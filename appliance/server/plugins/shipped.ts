import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Stock } from '@assay/core/plugins/installed';
import type { ReleaseList } from '@assay/core/plugins/trust';
import { version } from '../version.ts';

const folder = path.resolve(import.meta.dirname, '../../../plugins');

/** The plugins that the release brings along, and the list of those that it vouches for. */
export async function findShipped(): Promise<{ readonly release: ReleaseList; readonly stock: Stock }> {
  const release = JSON.parse(await readFile(path.join(folder, 'admitted.json'), 'utf8')) as ReleaseList;
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((e) => e.isDirectory()).map(({ name }) => path.join(folder, name));
  return { release, stock: { folders, by: `Assay ${version}` } };
}

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

/** Plugins of the release, admitted by its digest list, and those that the operator admitted. */
export async function findPlugins(own: readonly OwnPlugin[]): Promise<PluginSource[]> {
  const list = JSON.parse(await readFile(path.join(shipped, 'admitted.json'), 'utf8')) as Record<
    string,
    string
  >;
  return [
    ...Object.entries(list).map(([name, admitted]) => ({
      name,
      directory: path.join(shipped, name),
      admitted,
      trust: 'shipped' as const,
    })),
    ...own.map(({ directory, digest, isolation }) => ({
      name: path.basename(directory),
      directory: path.resolve(directory),
      admitted: digest,
      trust: 'own' as const,
      ...(isolation ? { isolation } : {}),
    })),
  ];
}

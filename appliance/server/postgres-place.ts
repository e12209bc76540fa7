import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { chown, cp, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findPostgres, type Unprivileged, withoutRoot } from './postgres-binaries.ts';
import { openRunFolder } from './run-folder.ts';

/** Where an embedded Postgres has its parts, and as whom it runs. */
export interface Place {
  readonly binaries: string;
  /** The cluster. */
  readonly directory: string;
  readonly sockets: string;
  readonly log: string;
  readonly as: Unprivileged;
}

const longestLogBytes = 10 * 1024 * 1024;

/** A name that stays with the data directory, so that another one at the same path is another installation. */
async function installationName(dataDirectory: string): Promise<string> {
  const file = path.join(dataDirectory, 'postgres-place');
  if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
  const name = randomBytes(8).toString('hex');
  await writeFile(file, `${name}\n`, { mode: 0o600 });
  return name;
}

async function copyBinaries(from: string, to: string): Promise<void> {
  if (existsSync(to)) return;
  const half = `${to}.${randomBytes(4).toString('hex')}`;
  await cp(from, half, { recursive: true, verbatimSymlinks: true });
  await rename(half, to);
}

/** As `nobody` it may not reach our folders: it gets a copy of the binaries and a folder of its own. */
async function placeForNobody(
  dataDirectory: string,
  root: string,
  as: Unprivileged,
): Promise<Omit<Place, 'log'>> {
  const { folder, version } = await findPostgres();
  const own = path.join(root, await installationName(dataDirectory));
  const binaries = path.join(root, `postgres-${version}`);
  const sockets = path.join(own, 'run');
  await mkdir(own, { recursive: true, mode: 0o755 });
  await mkdir(sockets, { recursive: true, mode: 0o700 });
  await giveTo(as, sockets);
  await copyBinaries(folder, binaries);
  return { binaries, directory: path.join(own, 'data'), sockets, as };
}

/** Makes whoever Postgres runs as the owner of a file, where that is not us. */
export async function giveTo({ uid, gid }: Unprivileged, file: string): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(file, uid, gid);
}

/** Its own messages; what an earlier start wrote is kept once. */
async function openLog(dataDirectory: string): Promise<string> {
  const log = path.join(dataDirectory, 'logs', 'postgres.log');
  await mkdir(path.dirname(log), { recursive: true, mode: 0o700 });
  if (existsSync(log) && (await stat(log)).size > longestLogBytes) await rename(log, `${log}.1`);
  return log;
}

export interface PlaceOptions {
  /** False: as root, go straight to `nobody` instead of a user namespace. */
  readonly namespaces?: boolean;
  /** Where `nobody` has its cluster and its copy of the binaries. */
  readonly nobodyRoot?: string;
}

export async function openPlace(dataDirectory: string, options: PlaceOptions): Promise<Place> {
  const { namespaces = true, nobodyRoot = '/var/lib/assay' } = options;
  const as = withoutRoot(namespaces);
  const log = await openLog(dataDirectory);
  if (as.uid !== undefined) return { ...(await placeForNobody(dataDirectory, nobodyRoot, as)), log };
  const { folder } = await findPostgres();
  const sockets = await openRunFolder(dataDirectory);
  // Without links in it, so that the command line of a Postgres left behind can be told by it.
  const directory = path.join(await realpath(dataDirectory), 'postgres');
  return { binaries: folder, directory, sockets, log, as };
}

/** Starts one of Postgres' programs there, in a session of its own: Ctrl-C in the terminal does not reach it. */
export function startProgram(place: Place, program: string, args: readonly string[]): ChildProcess {
  const [file = '', ...rest] = [...place.as.prefix, path.join(place.binaries, 'bin', program), ...args];
  const { uid, gid } = place.as;
  const log = openSync(place.log, 'a', 0o600);
  try {
    return spawn(file, rest, {
      ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
      cwd: '/',
      stdio: ['ignore', log, log],
      env: { LANG: 'C.UTF-8', PATH: process.env.PATH },
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

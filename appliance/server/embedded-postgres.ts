import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import { endOrphan } from './postgres-orphan.ts';
import { giveTo, openPlace, type Place, type PlaceOptions, startProgram } from './postgres-place.ts';
import { closeRunFolder } from './run-folder.ts';

export interface EmbeddedPostgres {
  /** URL of the owner, over a Unix socket: no port is opened. */
  readonly ownerUrl: string;
  readonly pid: number;
  /** Called when it ends without having been stopped. */
  onDeath(handler: (why: string) => void): void;
  /** Fast shutdown: connections are cut, what was committed is kept. */
  stop(): Promise<void>;
}

const owner = 'assay_owner';
/** Long enough for a recovery after a power cut; a start takes a tenth of a second. */
const longestStartMs = 300_000;
const longestStopMs = 30_000;

const settings = {
  listen_addresses: '',
  max_connections: '60',
  shared_buffers: '64MB',
  unix_socket_permissions: '0700',
  // Its messages go to a file in clear: never with a row's values in them.
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
};

/** What Postgres wrote since `from`: the reason why it does not run. */
async function reasonSince(place: Place, from: number): Promise<string> {
  const file = await open(place.log, 'r');
  let text: string;
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - 20_000);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), {
      position: start,
    });
    text = buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
  const lines = text.trim().split('\n');
  const told = lines.filter((line) => /FATAL|PANIC|ERROR|error:|could not/.test(line)).at(-1) ?? lines.at(-1);
  return told?.replace(/^.*?(?=FATAL|PANIC|ERROR)/, '').trim() || 'it gave no reason';
}

function failure(doing: string, reason: string, place: Place): AssayError {
  if (/No space left/.test(reason))
    return new AssayError(
      'storage.full',
      `The disk is full, so that Postgres cannot ${doing}; free some space in ${place.directory} and start again.`,
    );
  return new AssayError('config.invalid', `Postgres could not ${doing}: ${reason} (more in ${place.log})`);
}

async function logSize(place: Place): Promise<number> {
  return existsSync(place.log) ? (await stat(place.log)).size : 0;
}

/** Makes the cluster in a folder beside its own and moves it there when it is whole. */
async function initialise(place: Place, password: string): Promise<void> {
  const half = `${place.directory}.new`;
  const passwordFile = `${place.directory}.password`;
  await endOrphan(half);
  await rm(half, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(half, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const file of [half, passwordFile]) await giveTo(place.as, file);
  const from = await logSize(place);
  const args = ['-D', half, '-U', owner, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  args.push('--encoding=UTF8', '--locale=C.UTF-8', '--data-checksums', '--sync-method=syncfs');
  try {
    const child = startProgram(place, 'initdb', args);
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    if (code !== 0) throw failure('be set up', await reasonSince(place, from), place);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(half, place.directory);
}

/** The owner's password: made once, kept beside the data, readable by us alone. */
async function ownerPassword(dataDirectory: string): Promise<string> {
  const file = path.join(dataDirectory, 'postgres-owner');
  if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

/** The eighth line of its lock says `ready` when it takes connections, as pg_ctl reads it. */
async function isReady(place: Place, pid: number): Promise<boolean> {
  try {
    const lines = (await readFile(path.join(place.directory, 'postmaster.pid'), 'utf8')).split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function untilReady(place: Place, child: ChildProcess, from: number): Promise<void> {
  const { pid } = child;
  if (pid === undefined) throw failure('start', 'the program cannot be run', place);
  const end = performance.now() + longestStartMs;
  while (!(await isReady(place, pid))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw failure('start', await reasonSince(place, from), place);
    if (performance.now() > end) {
      child.kill('SIGQUIT');
      throw failure('start within five minutes', await reasonSince(place, from), place);
    }
    await delay(20);
  }
}

/** Starts Postgres in `dataDirectory/postgres`, made at first; nothing but a Unix socket leads to it. */
export async function startEmbeddedPostgres(
  dataDirectory: string,
  options: PlaceOptions = {},
): Promise<EmbeddedPostgres> {
  const place = await openPlace(dataDirectory, options);
  const password = await ownerPassword(dataDirectory);
  if (!existsSync(place.directory)) await initialise(place, password);
  await endOrphan(place.directory);
  const from = await logSize(place);
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = startProgram(place, 'postgres', ['-D', place.directory, '-k', place.sockets, ...given]);
  let stopping = false;
  const handlers: ((why: string) => void)[] = [];
  const tell = async () => {
    const why = child.signalCode ?? (await reasonSince(place, from).catch((error: Error) => error.message));
    for (const handler of handlers) handler(why);
  };
  const closed = new Promise<void>((resolve) => {
    // An `error` is a program that cannot be run: it has no process number, which is found just below.
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  await untilReady(place, child, from);
  const died = closed.then(() => (stopping ? undefined : tell()));
  return {
    ownerUrl: `postgresql://${owner}:${password}@${encodeURIComponent(place.sockets)}/postgres`,
    pid: child.pid ?? 0,
    onDeath: (handler) => handlers.push(handler),
    async stop() {
      stopping = true;
      child.kill('SIGINT');
      const late = setTimeout(() => child.kill('SIGQUIT'), longestStopMs);
      await died;
      clearTimeout(late);
      await closeRunFolder(dataDirectory, place.sockets);
    },
  };
}

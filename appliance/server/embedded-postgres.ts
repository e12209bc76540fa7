import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import { findPostgres, type Unprivileged, withoutRoot } from './postgres-binaries.ts';

export interface EmbeddedPostgres {
  /** URL of the owner, over a Unix socket: no port is opened. */
  readonly ownerUrl: string;
  readonly pid: number;
  /** Called when it ends without having been stopped. */
  onDeath(handler: (why: string) => void): void;
  stop(): Promise<void>;
}

const owner = 'assay_owner';
/** A socket's whole path may have 107 bytes; `.s.PGSQL.5432` and a slash are part of it. */
const longestSocketFolder = 90;
const startSeconds = 60;

interface Place {
  readonly binaries: string;
  readonly directory: string;
  readonly as: Unprivileged;
}

async function place(directory: string): Promise<Place> {
  const binaries = await findPostgres();
  const as = withoutRoot();
  if (as.uid === undefined) return { binaries, directory, as };
  // As `nobody` it may not reach our folders: it gets a copy of the binaries and a folder of its own under /var/lib.
  const own = path.join('/var/lib/assay', directory.replaceAll('/', '_'));
  const copy = path.join(own, 'postgres');
  await mkdir(own, { recursive: true, mode: 0o755 });
  if (!existsSync(copy)) await cp(binaries, copy, { recursive: true, verbatimSymlinks: true });
  return { binaries: copy, directory: path.join(own, 'data'), as };
}

function start(where: Place, program: string, args: readonly string[]) {
  const [file = '', ...rest] = [...where.as.prefix, path.join(where.binaries, 'bin', program), ...args];
  const { uid, gid } = where.as;
  const ids = uid === undefined || gid === undefined ? {} : { uid, gid };
  return spawn(file, rest, {
    ...ids,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { LANG: 'C.UTF-8', PATH: process.env.PATH },
    detached: true,
  });
}

async function run(where: Place, program: string, args: readonly string[]): Promise<void> {
  const child = start(where, program, args);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code === 0) return;
  const full = /No space left/.test(output);
  throw new AssayError(
    full ? 'storage.full' : 'config.invalid',
    full
      ? 'The disk is full; Postgres needs about 60 MB in the data directory.'
      : `Postgres could not be set up: ${lastLine(output)}`,
  );
}

function lastLine(text: string): string {
  return (
    text
      .trim()
      .split('\n')
      .filter((l) => /FATAL|ERROR|PANIC|error|could not/.test(l))
      .at(-1) ??
    text.trim().split('\n').at(-1) ??
    'no reason was given'
  );
}

async function initialise(where: Place, password: string): Promise<void> {
  await mkdir(where.directory, { recursive: true, mode: 0o700 });
  const passwordFile = path.join(where.directory, '..', `.password-${randomBytes(6).toString('hex')}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (where.as.uid !== undefined && where.as.gid !== undefined) {
    await chown(where.directory, where.as.uid, where.as.gid);
    await chown(passwordFile, where.as.uid, where.as.gid);
  }
  try {
    await run(where, 'initdb', [
      '-D',
      where.directory,
      '-U',
      owner,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--data-checksums',
    ]);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Ends a Postgres of this data directory that an earlier, killed start left behind. */
async function endOrphan(where: Place): Promise<void> {
  const file = path.join(where.directory, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number((await readFile(file, 'utf8')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !(await isPostgresOf(pid, where.directory))) return;
  process.kill(pid, 'SIGINT');
  for (let i = 0; i < 200 && existsSync(file); i += 1) await delay(50);
}

async function isPostgresOf(pid: number, directory: string): Promise<boolean> {
  try {
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    return command.some((part) => part.endsWith('/bin/postgres')) && command.includes(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function socketFolder(dataDirectory: string): Promise<string> {
  const near = path.join(dataDirectory, 'run');
  if (Buffer.byteLength(near) <= longestSocketFolder) {
    await mkdir(near, { recursive: true, mode: 0o700 });
    return near;
  }
  return mkdtemp(path.join(tmpdir(), 'assay-'));
}

async function canConnect(socket: string): Promise<boolean> {
  if (!existsSync(socket)) return false;
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}

/** The owner's password: made once, kept beside the data, readable by us alone. */
async function ownerPassword(dataDirectory: string): Promise<string> {
  const file = path.join(dataDirectory, 'postgres-owner');
  if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

/** Starts Postgres in `dataDirectory/postgres`, made at first; nothing but a Unix socket leads to it. */
export async function startEmbeddedPostgres(dataDirectory: string): Promise<EmbeddedPostgres> {
  const where = await place(path.join(dataDirectory, 'postgres'));
  const password = await ownerPassword(dataDirectory);
  if (!existsSync(path.join(where.directory, 'PG_VERSION'))) await initialise(where, password);
  await endOrphan(where);
  const sockets = await socketFolder(dataDirectory);
  if (where.as.uid !== undefined && where.as.gid !== undefined)
    await chown(sockets, where.as.uid, where.as.gid);
  else await chmod(sockets, 0o700);
  const child = start(where, 'postgres', [
    '-D',
    where.directory,
    '-k',
    sockets,
    '-c',
    'listen_addresses=',
    '-c',
    'max_connections=60',
    '-c',
    'shared_buffers=64MB',
    '-c',
    'unix_socket_permissions=0700',
  ]);
  let output = '';
  let dead: string | undefined;
  let stopping = false;
  const handlers: ((why: string) => void)[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-20_000);
    });
  const closed = new Promise<void>((resolve) =>
    child.once('close', () => {
      dead = lastLine(output);
      if (!stopping) for (const handler of handlers) handler(dead);
      resolve();
    }),
  );
  const end = Date.now() + startSeconds * 1000;
  while (
    !(/ready to accept connections/.test(output) && (await canConnect(path.join(sockets, '.s.PGSQL.5432'))))
  ) {
    if (dead !== undefined)
      throw new AssayError(
        /No space left/.test(output) ? 'storage.full' : 'config.invalid',
        /No space left/.test(output)
          ? 'The disk is full; Postgres cannot start. Free some space and start again.'
          : `Postgres could not start: ${dead}`,
      );
    if (Date.now() > end)
      throw new AssayError(
        'config.invalid',
        `Postgres did not start within ${startSeconds} s: ${lastLine(output)}`,
      );
    await delay(20);
  }
  return {
    ownerUrl: `postgresql://${owner}:${password}@${encodeURIComponent(sockets)}/postgres`,
    pid: child.pid ?? 0,
    onDeath: (handler) => handlers.push(handler),
    async stop() {
      stopping = true;
      // SIGINT is Postgres' fast shutdown: connections are cut, what was committed is kept.
      if (dead === undefined && child.pid) process.kill(child.pid, 'SIGINT');
      await closed;
    },
  };
}

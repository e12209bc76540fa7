import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * What Assay is measured against, from packages of Debian trixie in a folder of their own: kept in the cache beside
 * the test images, run inside it by bubblewrap.
 */
const packages = [
  ...['python3-fastapi', 'python3-uvicorn', 'python3-uvloop', 'python3-httptools'],
  ...['python3-jwt', 'python3-asyncpg', 'python3-pandas', 'wrk'],
  ...['python3-celery', 'python3-redis', 'redis-server', 'celery', 'docker-cli'],
];
const cache = path.resolve(import.meta.dirname, '../../../node_modules/.cache/assay');
const bwrap = '/usr/bin/bwrap';
const run = promisify(execFile);

/** The folder with the peers, made where it is not there yet (half a minute). */
export async function peersRoot(say: (line: string) => void): Promise<string> {
  const asked = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12);
  const root = path.join(cache, `peers-${asked}`);
  if (existsSync(root)) return root;
  say('making the folder of peers (FastAPI, pandas, wrk, Celery, Redis) from Debian packages');
  await mkdir(cache, { recursive: true });
  const half = `${root}.half`;
  await rm(half, { recursive: true, force: true });
  const options = ['--variant=essential', '--aptopt=APT::Install-Recommends "false"'];
  await run('mmdebstrap', [...options, `--include=${packages.join(',')}`, 'trixie', half]);
  await rename(half, root);
  return root;
}

export interface Inside {
  readonly root: string;
  /** Folders of the host that are there too, under the same names. */
  readonly binds?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export function wall({ root, binds = [] }: Inside): string[] {
  const bound = binds.flatMap((folder) => ['--bind', folder, folder]);
  return ['--die-with-parent', '--bind', root, '/', '--dev', '/dev', '--proc', '/proc', ...bound];
}

const plain = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };

/** Runs a program among the peers to its end. @returns what it printed */
export async function runInside(inside: Inside, command: readonly string[]): Promise<string> {
  const options = { env: { ...plain, ...inside.env }, maxBuffer: 1024 * 1024 };
  const { stdout } = await run(bwrap, [...wall(inside), ...command], options);
  return stdout;
}

export function startInside(inside: Inside, command: readonly string[]): ChildProcess {
  return spawn(bwrap, [...wall(inside), ...command], {
    env: { ...plain, ...inside.env },
    // Its log of requests is written as ours is, and read by nobody.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** A JWT as the FastAPI peer takes it. */
export function signJwt(claims: object, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** A program of this folder. */
export function peerProgram(name: string): Promise<string> {
  return readFile(path.join(import.meta.dirname, name), 'utf8');
}

export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
}

/** Closed-loop load from wrk: 64 connections for some seconds. */
export async function load(root: string, url: string, bearer: string, seconds: number): Promise<Load> {
  const args = ['-t1', '-c64', `-d${seconds}s`, '--latency', '-H', `Authorization: Bearer ${bearer}`, url];
  const said = await runInside({ root }, ['wrk', ...args]);
  if (/Non-2xx/.test(said)) throw new Error(`${url} did not answer every request: ${said}`);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(said)?.[1]);
  const [, value, unit] = /50%\s+([\d.]+)(us|ms|s)/.exec(said) ?? [];
  const p50 = Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[unit ?? ''] ?? Number.NaN);
  return { perSecond, p50 };
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * A real S3 server of the tests' own: Ceph's gateway from Debian packages, which are unpacked into the cache and not
 * installed; one monitor, one object store in memory, one gateway, all on loopback and on free ports. `npm test` starts
 * one for all test files; they find it by these names in their environment.
 */
const variables = {
  endpoint: 'ASSAY_TEST_S3_ENDPOINT',
  accessKey: 'ASSAY_TEST_S3_ACCESS_KEY',
  secretKey: 'ASSAY_TEST_S3_SECRET_KEY',
} as const;
const cache = path.resolve(import.meta.dirname, '../node_modules/.cache/assay/ceph');
const startWithinMs = 90_000;
const run = promisify(execFile);

export interface TestS3 {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** True where this machine can run it. */
export function canStartS3(): boolean {
  return process.getuid?.() === 0 && process.arch === 'x64' && existsSync('/usr/bin/apt-get');
}

/** The server that `npm test` started. */
export function testS3(): TestS3 {
  const of = (name: keyof typeof variables) => process.env[variables[name]] ?? '';
  const found = { endpoint: of('endpoint'), accessKey: of('accessKey'), secretKey: of('secretKey') };
  if (found.endpoint === '') throw new Error('no S3 server was started for the tests');
  return found;
}

/** Packages are fetched and unpacked once. */
async function unpacked(): Promise<string> {
  const root = path.join(cache, 'root');
  if (existsSync(path.join(root, 'usr/bin/radosgw'))) return root;
  const debs = path.join(cache, 'debs');
  await mkdir(path.join(debs, 'partial'), { recursive: true });
  const quiet = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 2 ** 26 };
  await run('apt-get', ['update', '-qq'], quiet);
  await run(
    'apt-get',
    [
      ...['install', '-y', '-qq', '--no-install-recommends', '--download-only', '--reinstall'],
      ...['-o', `Dir::Cache::archives=${debs}`, 'ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common'],
    ],
    quiet,
  );
  const half = `${root}.half`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half);
  for (const name of await readdir(debs))
    if (name.endsWith('.deb')) await run('dpkg', ['-x', path.join(debs, name), half]);
  await rename(half, root);
  await rm(debs, { recursive: true });
  return root;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}

function configuration(folder: string, root: string, [mon2, mon1, gateway]: readonly number[]): string {
  const at = (...parts: string[]) => path.join(folder, ...parts);
  const arch = path.join(root, 'usr/lib/x86_64-linux-gnu');
  return `[global]
fsid = ${randomUUID()}
mon host = [v2:127.0.0.1:${mon2},v1:127.0.0.1:${mon1}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${at('keyring')}
run dir = ${folder}
log file = ${at('$name.log')}
admin socket = ${at('$name.asok')}
pid file = ${at('$name.pid')}
plugin dir = ${path.join(arch, 'ceph')}
erasure code dir = ${path.join(arch, 'ceph/erasure-code')}
osd class dir = ${path.join(root, 'usr/lib/x86_64-linux-gnu/rados-classes')}
osd pool default size = 1
osd pool default min size = 1
osd crush chooseleaf type = 0
osd pool default pg num = 4
osd pool default pgp num = 4
mon allow pool size one = true
mon max pg per osd = 500
[mon.a]
mon data = ${at('mon')}
[osd.0]
osd data = ${at('osd')}
osd objectstore = memstore
memstore device bytes = 3221225472
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:${gateway} tcp_nodelay=1
rgw data = ${at('rgw')}
`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    http
      .get({ host: '127.0.0.1', port }, (response) => {
        response.resume();
        resolve(true);
      })
      .on('error', () => resolve(false));
  });
}

interface Cluster {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly daemons: ChildProcess[];
}

function daemon({ folder, env, daemons }: Cluster, program: string, args: readonly string[]): void {
  const log = openSync(path.join(folder, `${path.basename(program)}.out`), 'a');
  daemons.push(spawn(program, [...args, '-f'], { env, stdio: ['ignore', log, log] }));
}

async function tool({ env }: Cluster, program: string, args: readonly string[]): Promise<string> {
  return (await run(program, [...args], { env, timeout: 30_000 })).stdout;
}

async function begin(cluster: Cluster, root: string, monitor: readonly number[]): Promise<void> {
  const { folder } = cluster;
  const bin = (name: string) => path.join(root, 'usr/bin', name);
  const keyring = path.join(folder, 'keyring');
  const map = path.join(folder, 'monmap');
  const conf = await readFile(path.join(folder, 'ceph.conf'), 'utf8');
  const fsid = /fsid = (\S+)/.exec(conf)?.[1] ?? '';
  for (const name of ['mon', 'osd', 'rgw']) await mkdir(path.join(folder, name));
  const [v2, v1] = monitor;
  const address = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`;
  await tool(cluster, bin('monmaptool'), ['--create', '--fsid', fsid, '--addv', 'a', address, map]);
  await tool(cluster, bin('ceph-authtool'), [
    ...[keyring, '--create-keyring', '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *'],
  ]);
  const all = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'];
  for (const [name, caps] of [
    ['client.admin', all],
    ['client.rgw.a', all],
    ['osd.0', all.slice(0, 6)],
  ] as const)
    await tool(cluster, bin('ceph-authtool'), [keyring, '--gen-key', '-n', name, ...caps]);
  await tool(cluster, bin('ceph-mon'), ['--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring]);
  daemon(cluster, bin('ceph-mon'), ['-i', 'a']);
  const osd = randomUUID();
  await tool(cluster, bin('ceph'), ['osd', 'new', osd]);
  await tool(cluster, bin('ceph-osd'), ['-i', '0', '--mkfs', '--osd-uuid', osd]);
  daemon(cluster, bin('ceph-osd'), ['-i', '0']);
  await tool(cluster, bin('ceph'), ['osd', 'crush', 'add', 'osd.0', '1.0', 'root=default', 'host=h']);
  daemon(cluster, bin('radosgw'), ['-n', 'client.rgw.a', '--keyring', keyring]);
}

/** Starts a server with one user; what was unpacked is kept for the next start. */
export async function startS3(
  say: (line: string) => void,
): Promise<{ env: Record<string, string>; stop(): Promise<void> }> {
  const started = performance.now();
  const root = await unpacked();
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-s3-'));
  const arch = ['lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu/ceph'];
  const env = {
    PATH: `${path.join(root, 'usr/bin')}:${process.env.PATH}`,
    LD_LIBRARY_PATH: arch.map((each) => path.join(root, each)).join(':'),
    PYTHONPATH: path.join(root, 'usr/lib/python3/dist-packages'),
    CEPH_CONF: path.join(folder, 'ceph.conf'),
  };
  const cluster: Cluster = { folder, env, daemons: [] };
  const stop = async () => {
    for (const child of [...cluster.daemons].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const ports = await freePorts(3);
    await writeFile(env.CEPH_CONF, configuration(folder, root, ports));
    await begin(cluster, root, ports);
    const gateway = ports[2] ?? 0;
    const end = performance.now() + startWithinMs;
    while (!(await answers(gateway))) {
      if (performance.now() > end) throw new Error('the S3 gateway did not start');
      await delay(200);
    }
    const [accessKey, secretKey] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')];
    const user = ['user', 'create', '--uid=app', '--display-name=app'];
    await run('radosgw-admin', [...user, `--access-key=${accessKey}`, `--secret-key=${secretKey}`], { env });
    say(`✓ S3 server for the tests ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return {
      env: {
        [variables.endpoint]: `http://127.0.0.1:${gateway}`,
        [variables.accessKey]: accessKey,
        [variables.secretKey]: secretKey,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

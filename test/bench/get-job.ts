import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Api, callApi } from '../api.ts';
import type { Appliance } from '../appliance.ts';
import { ownerUrl } from '../workspaces.ts';
import { type Comparison, median } from './measure.ts';
import { load, peerProgram, signJwt, startInside } from './peers/index.ts';

const rounds = 5;
const seconds = 4;

/** The row that the peer reads: the same answer, in a table of its own beside ours. */
async function fillPeer(url: string, workspace: string, id: string, body: string): Promise<void> {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query(`
    create schema if not exists bench;
    create table if not exists bench.job (workspace uuid, id uuid, body text, primary key (workspace, id))`);
  await owner.query('insert into bench.job values ($1, $2, $3)', [workspace, id, body]);
  await owner.end();
}

async function startPeer(root: string, appliance: Appliance, secret: string, port: number) {
  const url = new URL((await ownerUrl(appliance)).replace(/@.*/, '@x/postgres'));
  const socket = path.join(appliance.data, 'run');
  const env = {
    PEER_SECRET: secret,
    PEER_PORT: String(port),
    PEER_DATABASE: `postgresql://${url.username}:${url.password}@/postgres?host=${socket}`,
  };
  const program = await peerProgram('get_job.py');
  const child = startInside({ root, binds: [socket], env }, ['python3', '-c', program]);
  const base = `http://127.0.0.1:${port}`;
  for (let i = 0; ; i += 1) {
    const up = await fetch(base).then(
      () => true,
      () => false,
    );
    if (up) break;
    if (i > 200 || child.exitCode !== null) throw new Error('the peer did not start');
    await delay(100);
  }
  return {
    base,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** The same use case without a door, in a process of its own. */
async function startOpen(appliance: Appliance, workspace: string) {
  const program = path.resolve(import.meta.dirname, '../../core/gateway/http/testing/open-server.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    env: {
      PATH: process.env.PATH,
      BENCH_DATABASE: await ownerUrl(appliance),
      BENCH_KEYRING: path.join(appliance.data, 'keyring.json'),
      BENCH_WORKSPACE: workspace,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return {
    base: String(line).trim(),
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/**
 * One process of each, on the same Postgres: bearer token, one row by id within a workspace, JSON out. Ours opens sealed
 * columns besides, under row-level security.
 */
export async function getJobAgainstFastApi(
  appliance: Appliance,
  root: string,
  port: number,
): Promise<Comparison[]> {
  const api: Api = callApi(appliance.url, appliance.token);
  const { body } = await api.call('GET', '/v1/jobs?limit=1');
  const id = body.items[0].id as string;
  const { workspace } = (await api.call('GET', '/v1/me')).body;
  const answer = JSON.stringify((await api.call('GET', `/v1/jobs/${id}`)).body);
  const secret = randomBytes(32).toString('hex');
  await fillPeer(await ownerUrl(appliance), workspace.id, id, answer);
  const peer = await startPeer(root, appliance, secret, port);
  const open = await startOpen(appliance, workspace.id);
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const jwt = signJwt({ sub: 'bench', aud: 'bench', workspace: workspace.id, exp }, secret);
  const sides = {
    ours: [] as number[],
    peer: [] as number[],
    ours50: [] as number[],
    peer50: [] as number[],
    open: [] as number[],
  };
  try {
    for (let i = -1; i < rounds; i += 1) {
      const ours = await load(root, new URL(`/v1/jobs/${id}`, appliance.url).href, appliance.token, seconds);
      const theirs = await load(root, `${peer.base}/v1/jobs/${id}`, jwt, seconds);
      const bare = await load(root, `${open.base}/v1/jobs/${id}`, '', seconds);
      if (i < 0) continue;
      sides.open.push(bare.perSecond);
      sides.ours.push(ours.perSecond);
      sides.peer.push(theirs.perSecond);
      sides.ours50.push(ours.p50);
      sides.peer50.push(theirs.p50);
    }
  } finally {
    await peer.stop();
    await open.stop();
  }
  const side = (name: string, unit: string, a: readonly number[], b: readonly number[]): Comparison => {
    const [ours, floor] = [median(a), median(b)];
    return { name, ours, floor, ratio: ours / floor, runs: rounds, unit };
  };
  return [
    side('GET of a job, authenticated, 64 at once (FastAPI + PyJWT + asyncpg)', '/s', sides.ours, sides.peer),
    side('the same (without authentication, limits and log)', '/s', sides.ours, sides.open),
    side('the same, median time of one', 'ms', sides.ours50, sides.peer50),
  ];
}

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { callApi } from '../api.ts';
import { type Launched, launch as launchOne } from '../appliance.ts';

const launched: Launched[] = [];

function launch(...given: Parameters<typeof launchOne>): Launched {
  const one = launchOne(...given);
  launched.push(one);
  return one;
}

// What a failed test leaves behind.
after(() => {
  for (const { child } of launched) child.kill('SIGKILL');
});

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1200; i += 1) {
    if (await holds()) return;
    await delay(50);
  }
  assert.fail(`${what}: not within a minute`);
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

/** Every process that works on this data directory, by command line or working folder. */
async function processesOf(data: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    try {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      const cwd = await readlink(`/proc/${pid}/cwd`);
      if (command.includes(data) || cwd.startsWith(data))
        found.push(`${pid} ${command.replaceAll('\0', ' ')}`);
    } catch (error) {
      if (!['ENOENT', 'ESRCH', 'EACCES'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
    }
  }
  return found;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(new URL('/health', url))).ok;
  } catch (error) {
    // Nobody listens just now.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

describe('start and end', () => {
  let data: string;
  before(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'assay-start-'));
  });
  after(() => rm(data, { recursive: true, force: true }));

  test('an interrupted first start leaves nothing running and is made good by the next', async () => {
    const interrupted = launch(data);
    interrupted.up.catch(() => undefined);
    await until('a Postgres being set up', () => existsSync(path.join(data, 'postgres.new')));
    interrupted.child.kill('SIGTERM');
    assert.equal(await interrupted.exited, 0);
    await until('nothing left', async () => (await processesOf(data)).length === 0);
  });

  test('what dies is started again: api, worker, runner and Postgres; the address stays', async () => {
    const { child, up, exited } = launch(data);
    const { url, pids, startToken, report } = await up;
    const all = { ...pids } as Record<string, number>;
    assert.deepEqual(Object.keys(all).sort(), ['api', 'postgres', 'runner', 'worker']);
    const signIn = await callApi(url, '').call('POST', '/v1/sign-in', { json: { token: startToken } });
    const api = callApi(url, signIn.body.token);
    for (const pid of Object.values(all)) process.kill(pid, 'SIGKILL');
    await until('all of them gone', () => Object.values(all).every((pid) => !isAlive(pid)));
    await until('the api back at its address', () => isHealthy(url));
    assert.equal((await api.call('GET', `/v1/reports/${report}`)).status, 200);
    const set = await api.dataset('again.csv', 'a,b\n1,2\n3,4\n5,7\n');
    assert.equal(set.state, 'ready', JSON.stringify(set));
    assert.equal((await api.run('explore/describe', set.id, {})).state, 'succeeded');
    child.kill('SIGINT');
    assert.equal(await exited, 0);
    assert.deepEqual(await processesOf(data), []);
    assert.match(await readFile(path.join(data, 'logs', 'all.log'), 'utf8'), /The runner ended \(SIGKILL\)/);
  });

  test('a killed supervisor takes everything with it; the next start goes on, and runs nothing twice', async () => {
    const first = launch(data);
    const before = await first.up;
    const second = launch(data);
    await assert.rejects(
      second.up,
      new RegExp(`Assay runs already with the data directory .* \\(process ${before.pid}\\)`),
    );
    assert.equal(await second.exited, 1);
    first.child.kill('SIGKILL');
    await first.exited;
    await until('nothing left', async () => (await processesOf(data)).length === 0);
    const next = launch(data);
    const after = await next.up;
    assert.equal(after.report, before.report);
    const { body } = await callApi(after.url, '').call('POST', '/v1/sign-in', {
      json: { token: after.startToken },
    });
    const { body: jobs } = await callApi(after.url, body.token).call('GET', '/v1/jobs');
    const firsts = jobs.items.filter((job: { tool: string }) => job.tool.startsWith('regression/linear'));
    assert.equal(firsts.length, 1);
    next.child.kill('SIGTERM');
    assert.equal(await next.exited, 0);
  });
});

describe('a start that cannot be', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-refused-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function refuses(env: Readonly<Record<string, string>>, says: RegExp): Promise<void> {
    const data = path.join(folder, String(Object.keys(env).join()));
    const { up, exited } = launch(data, env);
    await assert.rejects(up, (error: Error) => {
      assert.match(error.message, says);
      assert.equal(error.message.split('\n').length, 1, error.message);
      return true;
    });
    assert.equal(await exited, 1);
    assert.deepEqual(await processesOf(data), []);
  }

  test('says in one sentence what to do', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    await refuses({ ASSAY_HTTP_PORT: String(port) }, /^Port \d+ is in use; .*ASSAY_HTTP_PORT=\d+ npm start$/);
    server.close();
    await refuses({ ASSAY_HTTP_PROT: '1' }, /ASSAY_HTTP_PROT is no setting; the nearest is ASSAY_HTTP_PORT/);
    await refuses({ DATABASE_URL: `postgres://a:b@127.0.0.1:1/none` }, /^The database does not answer/);
    const file = path.join(folder, 'config.json');
    await writeFile(file, '{"storage":{"directry":"/x"}}');
    await refuses(
      { ASSAY_CONFIG: file },
      /"storage\.directry" is no setting; the nearest is "storage\.directory"/,
    );
  });

  test('a keyring that cannot be read stops it', async () => {
    const data = path.join(folder, 'keyring');
    await mkdir(data);
    await writeFile(path.join(data, 'keyring.json'), '{}');
    const { up, exited } = launch(data);
    await assert.rejects(up, /keyring/i);
    assert.equal(await exited, 1);
  });
});

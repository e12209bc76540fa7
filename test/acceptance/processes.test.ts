import assert from 'node:assert/strict';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Appliance, startAppliance } from '../appliance.ts';
import { need } from '../needs.ts';

/** What the kernel says of a process; absent where it has just ended. */
async function orGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw error;
  }
}

async function openFiles(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`);
  const files = await Promise.all(names.map((name) => orGone(readlink(`/proc/${pid}/fd/${name}`))));
  return files.filter((file) => file !== undefined);
}

async function environment(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/environ`, 'utf8');
  return text.split('\0').filter((entry) => entry !== '');
}

async function descendants(pid: number): Promise<number[]> {
  const text = await orGone(readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  const direct = (text ?? '').split(' ').filter(Boolean).map(Number);
  return [...direct, ...(await Promise.all(direct.map(descendants))).flat()];
}

/** Processes of ours in a runtime, with the program each runs. */
async function childrenOf(runner: number): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const pid of await descendants(runner)) {
    const command = ((await orGone(readFile(`/proc/${pid}/cmdline`, 'utf8'))) ?? '').split('\0');
    const program = /runtimes\/([a-z]+)\/child\.ts$/.exec(command.filter(Boolean).at(-1) ?? '')?.[1];
    if (program && !command[0]?.endsWith('bwrap')) found.set(program, pid);
  }
  return found;
}

describe('what each process holds while everything runs', () => {
  let appliance: Appliance;
  const secret = 'postgres://somebody:s3cret@127.0.0.1/none';
  before(async () => {
    // A secret of the operator's own shell that concerns nobody here.
    appliance = await startAppliance({ env: { UNRELATED_SECRET: secret } });
  });
  after(() => appliance?.stop());

  test('parts are given no environment but language, time zone and paths, and no secret on their command line', async () => {
    for (const [role, pid] of Object.entries(appliance.pids)) {
      if (role === 'postgres') continue;
      const names = (await environment(pid)).map((entry) => entry.split('=')[0]).sort();
      assert.deepEqual(
        names.filter((name) => !name?.startsWith('NODE_CHANNEL')),
        ['HOME', 'LANG', 'PATH', 'TZ'],
        role,
      );
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      assert.match(command, new RegExp(`main\\.ts\0${role}\0$`));
    }
  });

  test('the runner has no file of keys, store or database open', async () => {
    const files = await openFiles(appliance.pids.runner);
    const inside = files.filter((file) => file.startsWith(appliance.data));
    assert.ok(inside.length > 0, 'its own log is open');
    for (const file of inside) assert.match(file, /\/(logs|scratch)(\/|$)/);
  });

  test('nothing but the api listens on a network, and Postgres on none', async () => {
    const listening = new Set<string>();
    for (const table of ['tcp', 'tcp6'])
      for (const line of (await readFile(`/proc/net/${table}`, 'utf8')).split('\n').slice(1)) {
        const [, , , state, , , , , , inode] = line.trim().split(/\s+/);
        if (state === '0A') listening.add(`socket:[${inode}]`);
      }
    const roles: string[] = [];
    for (const [role, pid] of Object.entries({ ...appliance.pids, all: appliance.pid }))
      if ((await openFiles(pid)).some((file) => listening.has(file))) roles.push(role);
    assert.deepEqual(roles, ['api']);
  });

  test(
    'the children of the runner have no network, no capabilities and nobody’s files',
    need('bwrap'),
    async () => {
      let children = await childrenOf(appliance.pids.runner);
      // They are made ready one after another.
      for (let i = 0; i < 300 && children.size < 4; i += 1) {
        await delay(100);
        children = await childrenOf(appliance.pids.runner);
      }
      assert.deepEqual([...children.keys()].sort(), ['render', 'sandbox', 'table', 'wasm']);
      const ours = await readlink('/proc/self/ns/net');
      for (const [program, pid] of children) {
        assert.notEqual(await readlink(`/proc/${pid}/ns/net`), ours, `${program} shares our network`);
        const routes = (await readFile(`/proc/${pid}/net/route`, 'utf8')).trim().split('\n');
        assert.equal(routes.length, 1, `${program} has a route: ${routes}`);
        assert.match(await readFile(`/proc/${pid}/status`, 'utf8'), /CapEff:\s+0+\n/);
        assert.ok(!(await environment(pid)).join().includes('s3cret'), program);
        assert.ok(
          (await environment(pid)).every((entry) => /^(LANG|TZ|PATH|PWD|ASSAY_SCRATCH)=/.test(entry)),
        );
        const seen = await readdir(`/proc/${pid}/root/`);
        for (const name of ['root', 'home', 'etc', 'var', 'srv', 'mnt', 'run'])
          assert.ok(!seen.includes(name), `${program} sees /${name}`);
        assert.equal(await orGone(readdir(`/proc/${pid}/root${appliance.data}`)), undefined, program);
      }
    },
  );
});

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunHandle } from '@assay/sdk';
import { copyImage, startDockerd, type TestEngine, testEngine } from '../../test/engine.ts';
import { need } from '../../test/needs.ts';
import { openEngine } from './engine.ts';
import { type BuiltImage, containerRuntime, removeLeftovers } from './index.ts';
import { ownerLabel } from './profile.ts';

const signal = () => AbortSignal.timeout(60_000);

/** Ids of the containers of an owner that run, as the engine says. */
async function running(socketPath: string, owner: string): Promise<string[]> {
  const all = await openEngine(socketPath).listContainers();
  return all.filter(({ Labels }) => Labels[ownerLabel]?.startsWith(`${owner}/`)).map(({ Id }) => Id);
}

async function until<T>(what: string, look: () => Promise<T>, is: (seen: T) => boolean): Promise<T> {
  for (let i = 0; i < 600; i += 1) {
    const seen = await look().catch(() => undefined);
    if (seen !== undefined && is(seen)) return seen;
    await delay(100);
  }
  return assert.fail(what);
}

async function end(handle: RunHandle): Promise<void> {
  handle.kill('cancelled');
  await handle.ended;
}

describe('containers that wait ready', need('docker'), () => {
  let engine: TestEngine;
  let image: BuiltImage;
  before(async () => {
    engine = await testEngine();
    image = engine.images.find(({ name }) => name === 'py-core') as BuiltImage;
  });

  test('one that waits is handed over as it is, used once, and followed by another', async () => {
    const owner = randomUUID();
    const runtime = containerRuntime({ image, socketPath: engine.socketPath, owner, prestart: 1 });
    const look = () => running(engine.socketPath, owner);
    try {
      const waiting = await until('one waits', look, (ids) => ids.length === 1);
      // It says that it is ready a moment after it runs; whoever takes it then waits for that and starts none.
      const handle = await runtime.take(signal());
      assert.ok((await look()).includes(waiting[0] as string), 'nothing was started for it');
      assert.ok(handle.idleMb > 1, `${handle.idleMb} MB as it waited`);
      await end(handle);
      const next = await until('another waits', look, (ids) => ids.length === 1 && ids[0] !== waiting[0]);
      assert.notEqual(next[0], waiting[0]);
    } finally {
      await runtime.close();
    }
    await until('none is left', look, (ids) => ids.length === 0);
  });

  test('one that is handed over keeps to the processors that its run may use', async () => {
    const owner = randomUUID();
    const runtime = containerRuntime({ image, socketPath: engine.socketPath, owner, prestart: 0 });
    try {
      const handle = await runtime.take(signal());
      const [id = ''] = await running(engine.socketPath, owner);
      const list = async () =>
        (await openEngine(engine.socketPath).getContainer(id).inspect()).HostConfig.CpusetCpus ?? '';
      assert.equal(await list(), '');
      handle.begin({ memoryMb: 1024, seconds: 60, processorList: '0' });
      await until('it keeps to its processor', list, (now) => now === '0');
      await end(handle);
    } finally {
      await runtime.close();
    }
  });

  test('what a killed runner left ready is removed at the next start, of whatever image', async () => {
    const owner = randomUUID();
    const options = { socketPath: engine.socketPath, owner, prestart: 1 };
    const left = containerRuntime({ ...options, image: { ...image, name: 'gone' } });
    const look = () => running(engine.socketPath, owner);
    await until('one waits', look, (ids) => ids.length === 1);
    const other = containerRuntime({ ...options, owner: `${owner}-of-somebody-else`, image });
    await until(
      'of another appliance',
      () => running(engine.socketPath, `${owner}-of-somebody-else`),
      (ids) => ids.length === 1,
    );
    const [id] = await look();
    await removeLeftovers({ socketPath: engine.socketPath, owner });
    assert.ok(!(await look()).includes(id as string));
    assert.equal((await running(engine.socketPath, `${owner}-of-somebody-else`)).length, 1);
    await Promise.all([left.close(), other.close()]);
  });

  test('an engine that is started again has its ready containers again', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'assay-heal-'));
    const owner = randomUUID();
    let dockerd = await startDockerd(folder);
    try {
      await copyImage('py-core', dockerd.socketPath);
      const { socketPath } = dockerd;
      const runtime = containerRuntime({ image, socketPath, owner, prestart: 1 });
      const look = () => running(socketPath, owner);
      const before = await until('one waits', look, (ids) => ids.length === 1);
      await dockerd.stop();
      dockerd = await startDockerd(folder);
      const healed = await until('one waits again', look, (ids) => ids.length === 1 && ids[0] !== before[0]);
      const handle = await runtime.take(signal());
      assert.ok((await look()).includes(healed[0] as string));
      await end(handle);
      await runtime.close();
    } finally {
      await dockerd.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

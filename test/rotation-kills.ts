import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { collect } from '@assay/sdk';
import { readDataset, receiveDataset } from '../core/domain/datasets/index.ts';
import { getRotation, rotateKey } from '../core/domain/keys/index.ts';
import { type Installation, inChunks, startInstallation } from '../core/testing/installation.ts';

const program = path.resolve(import.meta.dirname, '../core/testing/rewrap.ts');
const objects = 300;
const longestMs = 250;

async function upload(at: Installation, i: number): Promise<string> {
  const body = inChunks(Buffer.from(`a\n${i}\n`));
  const { id } = await receiveDataset(at.api, at.context(), {
    name: `${i}.csv`,
    mediaType: 'text/csv',
    body,
  });
  return id;
}

async function read(at: Installation, id: string): Promise<string> {
  const { body } = await readDataset(at.api, at.context(), { id, form: 'original' });
  return (await collect(body)).toString();
}

async function startRewrapping(at: Installation): Promise<ChildProcess> {
  const child = fork(program, { execArgv: ['--disable-warning=ExperimentalWarning'], stdio: 'inherit' });
  const { log: _, ...settings } = at.settings;
  child.send({ ...settings, databaseUrl: at.prepared.workerUrl });
  await once(child, 'message');
  return child;
}

/**
 * Rotations of the workspace's key and the root key, whose worker is killed again and again at random moments, while
 * everything is read all the time.
 * @returns how many reads there were, and how many rotations came to their end
 */
export async function killDuringRotations(kills: number): Promise<{ reads: number; rotations: number }> {
  const at = await startInstallation();
  try {
    const ids: string[] = [];
    while (ids.length < objects)
      ids.push(...(await Promise.all([0, 1, 2, 3].map((i) => upload(at, ids.length + i)))));
    let reading = true;
    let reads = 0;
    const readers = [0, 1].map(async () => {
      while (reading) {
        const i = randomInt(ids.length);
        assert.equal(await read(at, ids[i] as string), `a\n${i}\n`);
        reads += 1;
      }
    });
    let rotations = 0;
    let current = await rotateKey(at.api, at.context(), { key: 'workspace' });
    for (let i = 0; i < kills; i += 1) {
      const child = await startRewrapping(at);
      const exited = once(child, 'exit');
      await delay(randomInt(longestMs));
      child.kill('SIGKILL');
      await exited;
      if ((await getRotation(at.api, at.context(), current)).state === 'running') continue;
      rotations += 1;
      current = await rotateKey(at.api, at.context(), { key: rotations % 3 === 2 ? 'root' : 'workspace' });
    }
    const last = await startRewrapping(at);
    for (let i = 0; i < 600; i += 1) {
      if ((await getRotation(at.api, at.context(), current)).state === 'done') break;
      await delay(50);
    }
    const done = await getRotation(at.api, at.context(), current);
    const exited = once(last, 'exit');
    last.kill('SIGKILL');
    await exited;
    reading = false;
    await Promise.all(readers);
    assert.deepEqual([done.state, done.failed], ['done', 0]);
    assert.equal(done.rewrapped, done.total);
    for (const [i, id] of ids.entries()) assert.equal(await read(at, id), `a\n${i}\n`);
    const { rows } = await at.owner.query(
      `select count(*) as old from assay.artifact where key_version < (select max(version) from assay.workspace_key)`,
    );
    assert.equal(rows[0].old, '0', 'nothing is left under an older version');
    return { reads, rotations: rotations + 1 };
  } finally {
    await at.stop();
  }
}

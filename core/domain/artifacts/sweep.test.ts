import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Installation, inChunks, startInstallation } from '../../testing/installation.ts';
import { receiveDataset } from '../datasets/index.ts';
import { sweepObjects } from './index.ts';

const day = 24 * 3_600_000;
const tomorrow = () => Date.now() + day + 1000;

describe('the sweep', () => {
  let at: Installation;
  let other: Installation;
  before(async () => {
    at = await startInstallation();
    other = await startInstallation();
    for (let i = 0; i < 3; i += 1) await receive(at);
  });
  after(async () => {
    await at?.stop();
    await other?.stop();
  });

  const receive = ({ api, context }: Installation) =>
    receiveDataset(api, context(), {
      name: 'a.csv',
      mediaType: 'text/csv',
      body: inChunks(Buffer.from('x\n1\n')),
    });
  const put = async (key: string) => {
    await at.worker.store.put(key, inChunks(Buffer.from('x')));
    return key;
  };
  const keys = async () => (await Array.fromAsync(at.worker.store.list(''))).map(({ key }) => key).sort();

  test('takes what has no row once it is old, and nothing else', async () => {
    const kept = await keys();
    const foreign = await put(`${randomUUID()}/${randomUUID()}`);
    const odd = await put('elsewhere');
    await put(`${at.workspace}/${randomUUID()}`);
    await put(`${at.workspace}/${randomUUID()}.key`);
    await put(`${at.workspace}/neither`);
    assert.equal(await sweepObjects(at.worker, day), 0, 'too young');
    assert.equal(await sweepObjects(at.worker, day, tomorrow()), 3);
    assert.deepEqual(await keys(), [...kept, foreign, odd].sort());
  });

  test('a new database before an old store, or two installations over one, lose nothing', async () => {
    const kept = await keys();
    assert.ok(kept.length >= 6);
    assert.equal(await sweepObjects({ ...other.worker, store: at.worker.store }, day, tomorrow()), 0);
    assert.deepEqual(await keys(), kept);
  });

  test('a database that is older than the store removes nothing, and says so', async () => {
    for (let i = 0; i < 101; i += 1) await put(`${at.workspace}/${randomUUID()}`);
    const kept = await keys();
    await assert.rejects(sweepObjects(at.worker, day, tomorrow()), {
      code: 'storage.rows_missing',
      message: /^101 of 107 objects have no row/,
    });
    assert.deepEqual(await keys(), kept);
  });
});

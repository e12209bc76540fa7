import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Gateway, startGateway } from './testing/gateway.ts';

describe('a range of a data set', () => {
  let gateway: Gateway;
  let url = '';
  const bytes = randomBytes(5_000_000);
  before(async () => {
    gateway = await startGateway({ maxUploadBytes: 10_000_000 });
    const { id } = await gateway.api.upload('a.csv', bytes);
    url = `${gateway.url}/v1/datasets/${id}/content`;
  });
  after(() => gateway?.stop());

  async function ask(range: string) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${gateway.api.token}`, range } });
    const { status, headers } = answer;
    return { status, range: headers.get('content-range'), body: Buffer.from(await answer.arrayBuffer()) };
  }

  test('is the slice of what was uploaded', async () => {
    const length = bytes.length;
    const ranges = Array.from({ length: 20 }, () => {
      const first = randomInt(length);
      return [first, first + randomInt(length - first)] as const;
    });
    for (const [first, last] of [[0, 0], [0, length - 1], [length - 1, length - 1], ...ranges] as const) {
      const answer = await ask(`bytes=${first}-${last}`);
      assert.deepEqual([answer.status, answer.range], [206, `bytes ${first}-${last}/${length}`]);
      assert.ok(answer.body.equals(bytes.subarray(first, last + 1)));
    }
    assert.ok((await ask('bytes=-100')).body.equals(bytes.subarray(-100)));
    assert.ok((await ask(`bytes=${length - 7}-`)).body.equals(bytes.subarray(-7)));
    assert.ok((await ask(`bytes=4999990-9999999`)).body.equals(bytes.subarray(4_999_990)));
    for (const wrong of [
      `bytes=${length}-`,
      'bytes=5-4',
      'bytes=-',
      'bytes=0-1,3-4',
      'lines=0-1',
      'bytes=a-b',
    ])
      assert.equal((await ask(wrong)).status, 416, wrong);
  });

  test('is read although a segment beside it was altered, and refused where its own was', async () => {
    const folder = (await readdir(gateway.storeDirectory)).find((name) => name.length === 36) ?? '';
    const names = await readdir(path.join(gateway.storeDirectory, folder));
    const name = names.find((each) => !each.endsWith('.key')) ?? '';
    const file = await open(path.join(gateway.storeDirectory, folder, name), 'r+');
    const at = 74 + 10 * 65_536 + 30_000;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
    await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at);
    await file.close();
    const plain = 65_536 - 32;
    assert.equal((await ask(`bytes=0-${10 * plain - 1}`)).body.length, 10 * plain);
    assert.equal((await ask(`bytes=${11 * plain}-${12 * plain}`)).status, 206);
    await assert.rejects(ask(`bytes=${10 * plain}-${10 * plain + 5}`));
  });
});

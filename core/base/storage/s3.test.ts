import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { need } from '../../../test/needs.ts';
import { testS3 } from '../../../test/s3.ts';
import { describeObjectStore } from './conformance.ts';
import { openS3Store } from './s3.ts';
import { makeBucket } from './testing/bucket.ts';

const { skip } = need('s3');
if (!skip) {
  const open = (prefix: string) => async () => {
    const bucket = await makeBucket(testS3());
    return { store: openS3Store({ ...bucket, prefix }), close: async () => undefined };
  };
  describeObjectStore('S3', open(''));
  describeObjectStore('S3, below a prefix', open(`${randomUUID()}/deep/`));

  test('a bucket is listed over several pages, and names that look like numbers stay names', async () => {
    const store = openS3Store(await makeBucket(testS3()));
    const odd = ['0012', '1e5', '0x1f', '12345678901234567890', 'a..b', '-', '_'];
    const keys = [...odd, ...Array.from({ length: 1100 }, (_, i) => `many/${i}`)];
    const queue = [...keys];
    const work = async () => {
      for (let key = queue.pop(); key; key = queue.pop())
        await store.put(
          key,
          (async function* () {
            yield Buffer.from('x');
          })(),
        );
    };
    await Promise.all(Array.from({ length: 16 }, work));
    const found: string[] = [];
    for await (const { key, bytes } of store.list('')) {
      assert.equal(bytes, 1);
      found.push(key);
    }
    assert.deepEqual(found.sort(), keys.sort());
  });
}

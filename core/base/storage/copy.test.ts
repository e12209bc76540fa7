import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { collect } from '@assay/sdk';
import { type FaultProxy, startFaultProxy } from '../../../test/fault-proxy.ts';
import { need } from '../../../test/needs.ts';
import { testS3 } from '../../../test/s3.ts';
import { copyObjects } from './copy.ts';
import { type ObjectStore, openStore } from './index.ts';
import type { S3Options } from './s3-options.ts';
import { makeBucket } from './testing/bucket.ts';

async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

describe('a copy to S3 that is killed', need('s3'), () => {
  let folder = '';
  let proxy: FaultProxy;
  let bucket: S3Options;
  let from: ObjectStore;
  let to: ObjectStore;
  const large = randomBytes(40 * 1024 * 1024);
  const small = randomBytes(1000);
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-copy-'));
    bucket = await makeBucket(testS3());
    proxy = await startFaultProxy(bucket.endpoint);
    from = openStore({ kind: 'disk', directory: folder });
    to = openStore({ kind: 's3', ...bucket });
    await from.put('a/large', whole(large));
    await from.put('b/small', whole(small));
  });
  after(async () => {
    await proxy?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const copy = () =>
    copyObjects(from, to, { onProgress: () => undefined, signal: new AbortController().signal });

  it('in the middle of a large object, is finished by the next one at once', async () => {
    const program = path.join(import.meta.dirname, 'testing/copy-once.ts');
    const stores = [
      { kind: 'disk', directory: folder },
      { kind: 's3', ...bucket, endpoint: proxy.url },
    ].map((settings) => JSON.stringify(settings));
    proxy.fault = ({ url }) => (/partNumber=2/.test(url) ? { delayMs: 600_000 } : undefined);
    const child = spawn(process.execPath, [program, ...stores], { stdio: ['ignore', 'ignore', 'inherit'] });
    for (let i = 0; i < 2400 && !proxy.seen.some((each) => each.includes('partNumber=2')); i += 1)
      await delay(50);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    assert.deepEqual(await exited, [null, 'SIGKILL']);
    assert.equal(await to.stat('a/large'), undefined, 'to readers there is nothing');
    await assert.rejects(to.put('a/large', whole(large)), { code: 'storage.object_exists' });

    const report = await copy();
    assert.deepEqual(report.failed, []);
    assert.ok(report.copied >= 1);
    assert.equal(report.objects, 2);
    assert.ok((await collect(await to.get('a/large'))).equals(large));
    assert.ok((await collect(await to.get('b/small'))).equals(small));
    assert.deepEqual((await copy()).same, 2);
  });

  it('before its upload has begun, leaves no name taken', async () => {
    const through = openStore({ kind: 's3', ...bucket, endpoint: proxy.url });
    proxy.fault = ({ method, url }) =>
      method === 'POST' && url.includes('uploads') ? { deny: true } : undefined;
    await assert.rejects(through.put('c/large', whole(large)), { code: 'storage.unavailable' });
    proxy.fault = () => undefined;
    assert.equal((await to.put('c/large', whole(large))).bytes, large.length);
  });
});

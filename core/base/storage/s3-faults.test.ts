import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { collect } from '@assay/sdk';
import { makeAuthority, makeCertificate } from '../../../test/certificates.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../../test/fault-proxy.ts';
import { need } from '../../../test/needs.ts';
import { testS3 } from '../../../test/s3.ts';
import type { ObjectStore } from './object-store.ts';
import { openS3Store } from './s3.ts';
import { createS3Client } from './s3-client.ts';
import { placeOf, type S3Options } from './s3-options.ts';
import { makeBucket } from './testing/bucket.ts';

async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The first so many requests of this method suffer, all others pass. */
function times(count: number, method: string, fault: Fault): FaultProxy['fault'] {
  let left = count;
  return (request) => {
    if (request.method !== method || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}

describe('S3 store on a bad day', need('s3'), () => {
  let proxy: FaultProxy;
  let bucket: S3Options;
  let store: ObjectStore;
  let direct: ObjectStore;
  const small = randomBytes(300_000);
  const large = randomBytes(20_000_000);
  before(async () => {
    bucket = await makeBucket(testS3());
    proxy = await startFaultProxy(bucket.endpoint);
    store = openS3Store({ ...bucket, endpoint: proxy.url });
    direct = openS3Store(bucket);
  });
  beforeEach(() => {
    proxy.fault = () => undefined;
    proxy.seen.length = 0;
  });
  after(() => proxy?.close());

  const faults: readonly [string, Fault][] = [
    ['answers 503', { answer: 503 }],
    ['answers 500', { answer: 500 }],
    ['cuts the request', { cutRequestAfter: 100_000 }],
    ['does what was asked and loses the answer', { lose: 'answer' }],
    ['is slow', { delayMs: 700 }],
  ];
  for (const [what, fault] of faults) {
    it(`stores a small object though the server ${what} twice`, async () => {
      const key = `small/${what.replaceAll(' ', '-')}`;
      proxy.fault = times(2, 'PUT', fault);
      assert.deepEqual(await store.put(key, inChunks(small)), { bytes: small.length });
      assert.ok((await collect(await direct.get(key))).equals(small));
    });

    it(`stores a large object though the server ${what}, at every kind of request`, async () => {
      const key = `large/${what.replaceAll(' ', '-')}`;
      const suffered = new Set<string>();
      proxy.fault = ({ method, url }) => {
        const kind = `${method} ${url.replace(/=[^&]*/g, '').split('?')[1] ?? ''}`;
        if (suffered.has(kind)) return undefined;
        suffered.add(kind);
        return fault;
      };
      assert.deepEqual(await store.put(key, inChunks(large)), { bytes: large.length });
      assert.ok(suffered.size >= 4, [...suffered].join(', '));
      proxy.fault = () => undefined;
      assert.ok((await collect(await direct.get(key))).equals(large));
    });
  }

  it('reads on where the server cut in mid-body, again and again, and never a byte twice', async () => {
    await direct.put('read/cut', inChunks(large));
    let cuts = 0;
    proxy.fault = ({ method }) => {
      if (method !== 'GET' || cuts === 6) return undefined;
      cuts += 1;
      return { cutAnswerAfter: 1_000_000 * cuts };
    };
    assert.ok((await collect(await store.get('read/cut'))).equals(large));
    assert.equal(cuts, 6);
    proxy.fault = times(3, 'GET', { answer: 503 });
    assert.ok((await store.getRange('read/cut', 10, 5_000_010)).equals(large.subarray(10, 5_000_010)));
  });

  it('does not mix two objects when one takes the place of the other while it is read', async () => {
    await direct.put('read/replaced', inChunks(large));
    let cut = false;
    proxy.fault = ({ method }) => {
      if (method !== 'GET' || cut) return undefined;
      cut = true;
      return { cutAnswerAfter: 5_000_000 };
    };
    const read = async () => {
      let first = true;
      for await (const _ of await store.get('read/replaced')) {
        if (!first) continue;
        first = false;
        await direct.delete('read/replaced');
        await direct.put('read/replaced', inChunks(Buffer.from(large).reverse()));
      }
    };
    await assert.rejects(read(), { code: 'artifact.unreadable', message: /replaced while it was read/ });
  });

  it('gives up in words where the server does not come back, and leaves nothing half-written', async () => {
    proxy.fault = ({ method }) => (method === 'PUT' ? { answer: 503 } : undefined);
    await assert.rejects(store.put('gone/small', inChunks(small)), {
      code: 'storage.unavailable',
      message: /could not write gone\/small: HTTP 503/,
    });
    proxy.fault = ({ url }) => (/partNumber=2/.test(url) ? { answer: 500 } : undefined);
    await assert.rejects(store.put('gone/large', inChunks(large)), { code: 'storage.unavailable' });
    for (const key of ['gone/small', 'gone/large']) assert.equal(await direct.stat(key), undefined);
    assert.ok(proxy.seen.some((request) => request.startsWith('DELETE') && request.includes('uploadId')));
    await direct.put('gone/large', inChunks(Buffer.from('free again')));
    proxy.fault = ({ method }) => (method === 'GET' ? { cutAnswerAfter: 0 } : undefined);
    await direct.put('gone/read', inChunks(small));
    await assert.rejects(async () => collect(await store.get('gone/read')), { code: 'storage.unavailable' });
  });

  it('says what to mend: bucket, keys, address', async () => {
    const refused = (options: Partial<S3Options>, message: RegExp) =>
      assert.rejects(openS3Store({ ...bucket, ...options }).check(), {
        code: 'storage.unavailable',
        message,
      });
    await refused({ bucket: 'no-such-bucket' }, /no such bucket; make it/);
    await refused({ secretKey: 'wrong' }, /secret key is wrong/);
    await refused({ accessKey: 'nobody' }, /access key is unknown/);
    await refused({ endpoint: 'http://127.0.0.1:1' }, /nothing answers at that address/);
    const config = { code: 'config.invalid' };
    for (const options of [
      { endpoint: 'http://s3.example.org', allowHttp: false },
      { endpoint: 's3.example.org' },
      { bucket: 'A' },
      { prefix: 'no-slash' },
      { prefix: '../' },
      { secretKey: '' },
      { caFile: '/no/such/file' },
    ])
      assert.throws(() => openS3Store({ ...bucket, ...options }), config);
  });

  it('is reached by TLS with an authority of the site, and not with another', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-s3-tls-'));
    const [ca] = [await makeAuthority(folder, 'ca'), await makeAuthority(folder, 'other')];
    const tls = await startFaultProxy(
      bucket.endpoint,
      await makeCertificate(folder, 'ca', 's3', 'IP:127.0.0.1'),
    );
    const at = (over: Partial<S3Options>) =>
      openS3Store({ ...bucket, endpoint: tls.url, allowHttp: false, ...over });
    await at({ caFile: join(folder, 'ca.crt') }).check();
    assert.ok(ca.cert.length > 0 && tls.seen.length > 3);
    for (const over of [{}, { caFile: join(folder, 'other.crt') }])
      await assert.rejects(at(over).check(), { code: 'storage.unavailable', message: /storage\.caFile/ });
    await tls.close();
    await rm(folder, { recursive: true });
  });

  it('is addressed in the path, or in the name of the host', async () => {
    const urlOf = async (over: Partial<S3Options>) => {
      const place = placeOf({ ...bucket, endpoint: 'https://s3.example.org', bucket: 'data', ...over });
      return createS3Client(place).minio.presignedGetObject('data', 'a/b');
    };
    assert.match(await urlOf({}), /^https:\/\/s3\.example\.org\/data\/a\/b\?/);
    assert.match(await urlOf({ addressing: 'virtual' }), /^https:\/\/data\.s3\.example\.org\/a\/b\?/);
    const amazon = 'https://s3.eu-central-1.amazonaws.com';
    assert.match(await urlOf({ endpoint: amazon }), /^https:\/\/data\.s3/);
    assert.match(await urlOf({ endpoint: amazon, addressing: 'path' }), /amazonaws\.com\/data\/a\/b/);
  });

  it('never says a secret', async () => {
    const error = await openS3Store({ ...bucket, secretKey: 'sesame-sesame' })
      .check()
      .then(
        () => undefined,
        (caught: unknown) => caught as Error & { cause?: unknown },
      );
    assert.ok(error);
    assert.ok(!JSON.stringify([error, error.message, error.cause]).includes('sesame'));
  });
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { ObjectStore } from './object-store.ts';

/** A fresh, empty store for one run of the suite, and how to take it away. */
export interface OpenedStore {
  readonly store: ObjectStore;
  readonly close: () => Promise<void>;
}

/**
 * The specification of the port as tests. Every store of the product runs it.
 *
 * @param name what stands in the report, such as `filesystem`
 */
export function describeObjectStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`object store: ${name}`, () => {
    let store: ObjectStore;
    let close: OpenedStore['close'] = async () => {};
    before(async () => {
      ({ store, close } = await open());
    });
    after(() => close());
    const current = (): ObjectStore => store;
    describeBodies(current);
    describeLarge(current);
    describeOnce(current);
    describeFailures(current);
    describeKeys(current);
    describeListing(current);
  });
}

async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

async function keysUnder(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const object of store.list(prefix)) keys.push(object.key);
  return keys.sort();
}

function describeBodies(current: () => ObjectStore): void {
  it('gives back what was put, whole and in ranges', async () => {
    const store = current();
    for (const [length, size] of [
      [0, 1],
      [1, 1],
      [5_000, 3],
      [65_537, 65_536],
      [3_000_000, 70_001],
    ] as const) {
      const key = `bodies/${length}`;
      const bytes = randomBytes(length);
      assert.deepEqual(await store.put(key, inChunks(bytes, size)), { bytes: length });
      assert.deepEqual(await store.stat(key), { bytes: length });
      assert.ok((await collect(await store.get(key))).equals(bytes));
      const middle = Math.floor(length / 2);
      for (const [start, end] of [
        [0, length],
        [0, 0],
        [length, length],
        [middle, length],
        [0, middle],
      ] as const) {
        assert.ok((await store.getRange(key, start, end)).equals(bytes.subarray(start, end)));
      }
    }
  });

  it('refuses a range beyond the end, and one that is none', async () => {
    const store = current();
    await store.put('ranges/ten', inChunks(randomBytes(10)));
    await assert.rejects(store.getRange('ranges/ten', 5, 11), { code: 'artifact.unreadable' });
    await assert.rejects(store.getRange('ranges/ten', 11, 11), { code: 'artifact.unreadable' });
    for (const [start, end] of [
      [3, 2],
      [-1, 2],
      [0.5, 2],
      [0, Number.NaN],
    ] as const) {
      await assert.rejects(store.getRange('ranges/ten', start, end), { code: 'request.invalid' });
    }
  });

  it('lets a reader stop early, and several read at once', async () => {
    const store = current();
    const bytes = randomBytes(2_000_000);
    await store.put('readers/one', inChunks(bytes));
    for await (const _chunk of await store.get('readers/one')) break;
    const all = await Promise.all([1, 2, 3].map(async () => collect(await store.get('readers/one'))));
    assert.ok(all.every((read) => read.equals(bytes)));
  });
}

/** Larger than what any store sends or keeps in one piece. */
const largeBytes = 36_000_001;

function describeLarge(current: () => ObjectStore): void {
  const body = randomBytes(largeBytes);

  it('takes a large body, and reads it over every boundary of a part', async () => {
    const store = current();
    assert.deepEqual(await store.put('large/one', inChunks(body, 250_007)), { bytes: largeBytes });
    assert.ok((await collect(await store.get('large/one'))).equals(body));
    for (const at of [16, 32].map((mib) => mib * 1024 * 1024)) {
      const [start, end] = [at - 100, at + 100];
      assert.ok((await store.getRange('large/one', start, end)).equals(body.subarray(start, end)));
    }
    await assert.rejects(store.put('large/one', inChunks(body)), { code: 'storage.object_exists' });
  });

  it('is read whole by a slow reader', async () => {
    const parts: Uint8Array[] = [];
    for await (const part of await current().get('large/one')) {
      if (parts.length % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      parts.push(part);
    }
    assert.ok(Buffer.concat(parts).equals(body));
  });

  it('shows nothing of a large body before its end, nor after its failure', async () => {
    const store = current();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* inChunks(body.subarray(0, 20_000_000));
      assert.equal(await store.stat('large/broken'), undefined);
      assert.deepEqual(await keysUnder(store, 'large/broken'), []);
      await assert.rejects(store.get('large/broken'), { code: 'artifact.unreadable' });
      throw new RangeError('enough');
    }
    await assert.rejects(store.put('large/broken', broken()), RangeError);
    assert.equal(await store.stat('large/broken'), undefined);
    await store.put('large/broken', inChunks(Buffer.from('now')));
    assert.deepEqual(await store.stat('large/broken'), { bytes: 3 });
  });

  it('lets one of a large and several small writers win', async () => {
    const store = current();
    const bodies = [body.subarray(0, 20_000_000), Buffer.from('a'), Buffer.from('b'), body.subarray(1)];
    const puts = await Promise.allSettled(bodies.map((each) => store.put('large/contested', inChunks(each))));
    assert.equal(puts.filter((put) => put.status === 'fulfilled').length, 1);
    const winner = puts.findIndex((put) => put.status === 'fulfilled');
    for (const put of puts)
      if (put.status === 'rejected') assert.equal(put.reason.code, 'storage.object_exists');
    assert.ok((await collect(await store.get('large/contested'))).equals(bodies[winner] as Buffer));
  });
}

function describeOnce(current: () => ObjectStore): void {
  it('never writes a key twice, and leaves the first object as it was', async () => {
    const store = current();
    await store.put('once/a', inChunks(Buffer.from('first')));
    await assert.rejects(store.put('once/a', inChunks(Buffer.from('second'))), {
      code: 'storage.object_exists',
    });
    assert.equal((await collect(await store.get('once/a'))).toString(), 'first');
  });

  it('lets one of many writers at once win', async () => {
    const store = current();
    const bodies = Array.from({ length: 8 }, () => randomBytes(200_000));
    const puts = await Promise.allSettled(bodies.map((body) => store.put('once/contested', inChunks(body))));
    const winner = puts.findIndex((put) => put.status === 'fulfilled');
    for (const [index, put] of puts.entries()) {
      if (index !== winner)
        assert.equal(put.status === 'rejected' && put.reason.code, 'storage.object_exists');
    }
    assert.ok((await collect(await store.get('once/contested'))).equals(bodies[winner] as Buffer));
  });

  it('takes a key again after it was deleted', async () => {
    const store = current();
    await store.put('once/again', inChunks(Buffer.from('1')));
    await store.delete('once/again');
    await store.put('once/again', inChunks(Buffer.from('2')));
    assert.equal((await collect(await store.get('once/again'))).toString(), '2');
  });
}

function describeFailures(current: () => ObjectStore): void {
  it('says that an object is missing before the first byte; deleting it is no error', async () => {
    const store = current();
    await assert.rejects(store.get('failures/none'), { code: 'artifact.unreadable' });
    await assert.rejects(store.getRange('failures/none', 0, 0), { code: 'artifact.unreadable' });
    assert.equal(await store.stat('failures/none'), undefined);
    await store.delete('failures/none');
    await store.put('failures/gone', inChunks(Buffer.from('x')));
    await store.delete('failures/gone');
    await store.delete('failures/gone');
    await assert.rejects(store.get('failures/gone'), { code: 'artifact.unreadable' });
  });

  it('passes the error of a body on, and shows nothing of it', async () => {
    const store = current();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield randomBytes(2_000_000);
      throw Object.assign(new Error('the sender hung up'), { code: 'ECONNRESET' });
    }
    await assert.rejects(store.put('failures/broken', broken()), { code: 'ECONNRESET' });
    assert.equal(await store.stat('failures/broken'), undefined);
    assert.deepEqual(await keysUnder(store, 'failures/'), []);
    await store.put('failures/broken', inChunks(Buffer.from('now')));
    await store.delete('failures/broken');
  });

  it('shows nothing while a body is still being written, and ends at an abort though the body is silent', async () => {
    const store = current();
    const abort = new AbortController();
    const waiting = Promise.withResolvers<void>();
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield randomBytes(2_000_000);
      waiting.resolve();
      await new Promise(() => {});
    }
    const put = store.put('failures/silent', silent(), abort.signal);
    await waiting.promise;
    assert.equal(await store.stat('failures/silent'), undefined);
    assert.deepEqual(await keysUnder(store, 'failures/silent'), []);
    abort.abort(new RangeError('enough'));
    await assert.rejects(put, RangeError);
    assert.equal(await store.stat('failures/silent'), undefined);
    await assert.rejects(store.put('failures/late', inChunks(randomBytes(9)), abort.signal), RangeError);
    assert.equal(await store.stat('failures/late'), undefined);
  });

  it('closes a body that it aborts', async () => {
    const store = current();
    const abort = new AbortController();
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (let sent = 0; ; sent += 1) {
          if (sent === 5) abort.abort(new RangeError('enough'));
          yield randomBytes(1_000);
        }
      } finally {
        closed = true;
      }
    }
    await assert.rejects(store.put('failures/endless', endless(), abort.signal), RangeError);
    assert.ok(closed);
  });
}

function describeKeys(current: () => ObjectStore): void {
  it('refuses what is no key', async () => {
    const store = current();
    const odd = [
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      'a/..',
      '../a',
      'a/../b',
      '.a',
      'a/.b',
      'A',
      'ä',
      'a b',
    ];
    for (const key of [
      ...odd,
      'a\\b',
      'a\0b',
      'a\n',
      'a%2e',
      'a'.repeat(201),
      'a/'.repeat(256).concat('a'),
    ]) {
      const refused = { code: 'request.invalid' };
      await assert.rejects(store.put(key, inChunks(Buffer.from('x'))), refused, JSON.stringify(key));
      await assert.rejects(store.get(key), refused);
      await assert.rejects(store.getRange(key, 0, 1), refused);
      await assert.rejects(store.stat(key), refused);
      await assert.rejects(store.delete(key), refused);
    }
  });

  it('takes every key that is one, to the longest', async () => {
    const store = current();
    const longest = `${'k'.repeat(200)}/${'l'.repeat(200)}/${'m'.repeat(110)}`;
    for (const key of [
      'keys/-a_b.c-0',
      'keys/0/1/2/3/4/5/6/7/8/9',
      'keys/a..b',
      'keys/__proto__',
      '0012',
      '1e5',
      longest,
    ]) {
      await store.put(key, inChunks(Buffer.from(key)));
      assert.equal((await collect(await store.get(key))).toString(), key);
      assert.deepEqual(await keysUnder(store, key), [key]);
      await store.delete(key);
    }
  });
}

function describeListing(current: () => ObjectStore): void {
  it('lists by any prefix, with length and time', async () => {
    const store = current();
    const keys = ['list/a', 'list/ab', 'list/a-b', 'list/b/a', 'list/b/b/c', 'list/ba'];
    const start = Date.now();
    for (const key of keys) await store.put(key, inChunks(randomBytes(key.length)));
    const startingWith = (prefix: string) => keys.filter((key) => key.startsWith(prefix)).sort();
    for (const prefix of ['list/', 'list/a', 'list/b', 'list/b/', 'list/b/b', 'list/b/b/c', 'lis', 'list']) {
      assert.deepEqual(await keysUnder(store, prefix), startingWith(prefix), prefix);
    }
    assert.ok((await keysUnder(store, '')).includes('list/b/b/c'));
    for (const prefix of ['list/c', 'none/', 'list/a/', '/', '../', 'list/../list/', '.', 'list//']) {
      assert.deepEqual(await keysUnder(store, prefix), [], prefix);
    }
    for await (const object of store.list('list/')) {
      assert.equal(object.bytes, object.key.length);
      assert.ok(Math.abs(object.modified.getTime() - start) < 600_000);
    }
    for await (const object of store.list('list/')) await store.delete(object.key);
    assert.deepEqual(await keysUnder(store, 'list/'), []);
  });

  it('checks itself, and leaves nothing behind', async () => {
    const store = current();
    const before = await keysUnder(store, '');
    await store.check();
    await store.check();
    assert.deepEqual(await keysUnder(store, ''), before);
  });
}

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { decryptRange } from './floe-range.ts';
import { headerBytes, SegmentCipher, standardRotationBits } from './floe-segment.ts';
import { decryptSegments, encryptSegments } from './floe-stream.ts';
import { secretKey } from './gcm.ts';
import { decryptFloe, decryptFloeRange, encryptFloe, floeCiphertextBytes } from './index.ts';

const key = randomBytes(32);
const keyObject = secretKey(key);
const aad = Buffer.from('an object');
const small = { segmentBytes: [64], rotationBits: standardRotationBits };
const altered = { code: 'encryption.ciphertext_invalid' };

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

const sealSmall = (plain: Buffer): Promise<Buffer> =>
  collect(encryptSegments(chunksOf(plain, 7), keyObject, aad, 64, standardRotationBits));
const openSmall = (sealed: Buffer): Promise<Buffer> =>
  collect(decryptSegments(chunksOf(sealed, 50), keyObject, aad, small));
const rangeSmall = (sealed: Buffer, start: number, end: number): Promise<Buffer> =>
  decryptRange(
    async (from, to) => sealed.subarray(from, to),
    sealed.length,
    keyObject,
    aad,
    { start, end },
    small,
  );

describe('FLOE known answers', async () => {
  const folder = new URL('./vectors/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('_ct.txt'));
  const hex = async (name: string) =>
    Buffer.from((await readFile(new URL(name, folder), 'utf8')).trim(), 'hex');
  it('has the vectors', () => assert.equal(names.length, 7));
  for (const name of names) {
    it(name.replace('_ct.txt', ''), async () => {
      const sealed = await hex(name);
      const plain = await hex(name.replace('_ct', '_pt'));
      const parameters = {
        segmentBytes: [sealed.readUInt32BE(2)],
        rotationBits: name.includes('rotation') ? 2 : standardRotationBits,
      };
      const zeros = secretKey(Buffer.alloc(32));
      const theirAad = Buffer.from('This is AAD');
      for (const size of [1, 64, sealed.length]) {
        const opened = await collect(decryptSegments(chunksOf(sealed, size), zeros, theirAad, parameters));
        assert.deepEqual(opened, plain);
      }
      const whole = { start: 0, end: plain.length };
      const read = async (from: number, to: number) => sealed.subarray(from, to);
      assert.deepEqual(await decryptRange(read, sealed.length, zeros, theirAad, whole, parameters), plain);
    });
  }
});

describe('FLOE streams', () => {
  for (const segmentBytes of [65_536, 1_048_576] as const) {
    it(`round trips of 0 to 3 segments, one byte more and less, in segments of ${segmentBytes}`, async () => {
      const full = segmentBytes - 32;
      const source = randomBytes(3 * full + 1);
      const lengths = [
        0,
        1,
        full - 1,
        full,
        full + 1,
        2 * full - 1,
        2 * full,
        2 * full + 1,
        3 * full - 1,
        3 * full,
      ];
      for (const length of [...lengths, 3 * full + 1]) {
        const plain = source.subarray(0, length);
        const sealed = await collect(encryptFloe(chunksOf(plain, 100_000), key, aad, { segmentBytes }));
        assert.equal(sealed.length, floeCiphertextBytes(length, segmentBytes));
        for (const size of [4_000, 65_536, 5_000_000]) {
          assert.ok(
            (await collect(decryptFloe(chunksOf(sealed, size), key, aad))).equals(plain),
            `${length}`,
          );
        }
      }
    });
  }

  it('gives the same plaintext however the source is cut', async () => {
    const plain = randomBytes(150_000);
    const uneven = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0, size = 1; at < plain.length; at += size, size = (size * 7 + 3) % 9_001) {
        yield plain.subarray(at, at + size);
      }
    };
    const cut = async function* (bytes: Buffer): AsyncGenerator<Uint8Array> {
      for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 5 + 1) % 8_191) {
        yield bytes.subarray(at, at + size);
      }
    };
    const sealed = await collect(encryptFloe(uneven(), key, aad));
    assert.ok((await collect(decryptFloe(cut(sealed), key, aad))).equals(plain));
    assert.ok((await collect(decryptFloe(chunksOf(sealed, 1), key, aad))).equals(plain));
  });

  it('lets the key be wiped as soon as a call has returned', async () => {
    const plain = randomBytes(99);
    const [one, two] = [Buffer.from(key), Buffer.from(key)];
    const sealing = encryptFloe(chunksOf(plain, 9), one, aad);
    one.fill(0);
    const opening = decryptFloe(sealing, two, aad);
    two.fill(0);
    assert.deepEqual(await collect(opening), plain);
  });

  it('never makes the same ciphertext twice', async () => {
    const [one, two] = [await sealSmall(Buffer.alloc(64)), await sealSmall(Buffer.alloc(64))];
    assert.notDeepEqual(one, two);
  });

  it('holds no more than a few segments while 64 MiB pass', async () => {
    const chunk = randomBytes(65_536);
    let given = 0;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      for (; given < 1_024; given += 1) yield chunk;
    };
    let opened = 0;
    let ahead = 0;
    for await (const piece of decryptFloe(encryptFloe(source(), key, aad), key, aad)) {
      opened += piece.length;
      ahead = Math.max(ahead, given * chunk.length - opened);
    }
    assert.equal(opened, 1_024 * chunk.length);
    assert.ok(ahead <= 4 * chunk.length, `${ahead} bytes were held`);
  });

  it('passes an error of the source on, and closes the source when the reader stops', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield randomBytes(10);
      throw new RangeError('the line went dead');
    };
    await assert.rejects(collect(encryptFloe(broken(), key, aad)), RangeError);
    await assert.rejects(collect(decryptFloe(broken(), key, aad)), RangeError);
    let closed = false;
    const watched = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield randomBytes(70_000);
      } finally {
        closed = true;
      }
    };
    let pieces = 0;
    for await (const _piece of encryptFloe(watched(), key, aad)) if (++pieces === 3) break;
    assert.ok(closed);
  });

  it('refuses a key of another length, and a segment beyond the last possible one', async () => {
    assert.throws(() => encryptFloe(chunksOf(aad, 9), randomBytes(31), aad), {
      code: 'encryption.key_unavailable',
    });
    const segments = new SegmentCipher(keyObject, Buffer.alloc(42), aad, 64, standardRotationBits);
    assert.throws(() => segments.seal(2 ** 40, true, [], 0), { code: 'request.too_large' });
  });
});

describe('FLOE against change', () => {
  const plain = randomBytes(2 * 32 + 20);

  it('finds a bit flipped in every byte of a 3-segment object, before a byte of that segment is out', async () => {
    const sealed = await sealSmall(plain);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
      const out: Buffer[] = [];
      await assert.rejects(async () => {
        for await (const piece of decryptSegments(chunksOf(changed, 50), keyObject, aad, small))
          out.push(piece);
      }, altered);
      const good = at < headerBytes ? 0 : 32 * Math.floor((at - headerBytes) / 64);
      assert.deepEqual(Buffer.concat(out), plain.subarray(0, good));
      await assert.rejects(rangeSmall(changed, 0, plain.length), altered);
    }
  });

  it('finds a cut at every byte, so at every segment boundary too', async () => {
    for (const length of [plain.length, 96, 64, 0]) {
      const sealed = await sealSmall(randomBytes(length));
      for (let bytes = 0; bytes < sealed.length; bytes += 1) {
        await assert.rejects(openSmall(sealed.subarray(0, bytes)), altered);
        const cut = sealed.subarray(0, bytes);
        const read = async (from: number, to: number) => cut.subarray(from, to);
        const whole = { start: 0, end: length };
        await assert.rejects(decryptRange(read, sealed.length, keyObject, aad, whole, small), altered);
      }
    }
  });

  it('finds a cut in a range that ends where the cut object seems to end', async () => {
    const sealed = await sealSmall(plain);
    for (const segments of [1, 2]) {
      await assert.rejects(
        rangeSmall(sealed.subarray(0, headerBytes + 64 * segments), 0, 32 * segments),
        altered,
      );
    }
  });

  it('finds extension, order, repetition and omission', async () => {
    const sealed = await sealSmall(randomBytes(3 * 32));
    const other = await sealSmall(randomBytes(3 * 32));
    const header = sealed.subarray(0, headerBytes);
    const part = (from: Buffer, n: number) => from.subarray(headerBytes + 64 * n, headerBytes + 64 * (n + 1));
    const orders = [
      [1, 0, 2],
      [0, 2, 1],
      [0, 0, 1, 2],
      [0, 1, 2, 2],
      [0, 1, 1, 2],
      [1, 2],
      [0, 2],
      [2],
      [0, 1, 2, 0],
      [],
    ];
    for (const order of orders) {
      await assert.rejects(openSmall(Buffer.concat([header, ...order.map((n) => part(sealed, n))])), altered);
    }
    for (const extra of [1, 31, 32, 63, 64, 65, 200]) {
      await assert.rejects(openSmall(Buffer.concat([sealed, Buffer.alloc(extra)])), altered);
    }
    const foreign = [part(sealed, 0), part(other, 1), part(sealed, 2)];
    await assert.rejects(openSmall(Buffer.concat([header, ...foreign])), altered);
    await assert.rejects(
      openSmall(Buffer.concat([other.subarray(0, headerBytes), sealed.subarray(headerBytes)])),
      altered,
    );
  });

  it('finds another key, another name, and a segment length that it does not write', async () => {
    const sealed = await collect(encryptFloe(chunksOf(plain, 9), key, aad));
    await assert.rejects(collect(decryptFloe(chunksOf(sealed, 99), randomBytes(32), aad)), altered);
    await assert.rejects(collect(decryptFloe(chunksOf(sealed, 99), key, Buffer.from('another'))), altered);
    await assert.rejects(collect(decryptFloe(chunksOf(await sealSmall(plain), 99), key, aad)), altered);
  });
});

describe('FLOE ranges', () => {
  it('every range of a small object is the slice of its plaintext', async () => {
    for (const length of [0, 1, 31, 32, 33, 64, 70]) {
      const plain = randomBytes(length);
      const sealed = await sealSmall(plain);
      for (let start = 0; start <= length; start += 1) {
        for (let end = start; end <= length; end += 3) {
          assert.deepEqual(await rangeSmall(sealed, start, end), plain.subarray(start, end));
        }
        assert.deepEqual(await rangeSmall(sealed, start, length), plain.subarray(start));
      }
    }
  });

  it('random ranges of a large object, reading no more than the segments needed', async () => {
    const plain = randomBytes(700_001);
    const sealed = await collect(encryptFloe(chunksOf(plain, 65_536), key, aad));
    for (let round = 0; round < 300; round += 1) {
      const [a, b] = [randomBytes(4).readUInt32BE() % 700_002, randomBytes(4).readUInt32BE() % 700_002];
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      let read = 0;
      const slice = await decryptFloeRange(
        async (from, to) => {
          read += to - from;
          return sealed.subarray(from, to);
        },
        sealed.length,
        key,
        aad,
        start,
        end,
      );
      assert.ok(slice.equals(plain.subarray(start, end)), `${start} to ${end}`);
      assert.ok(
        read <= headerBytes + end - start + 2 * 65_536 + 32 * 12,
        `${read} bytes read for ${end - start}`,
      );
    }
  });

  it('refuses a range outside the plaintext and a length that no object has', async () => {
    const sealed = await sealSmall(randomBytes(70));
    for (const [start, end] of [
      [-1, 5],
      [6, 5],
      [0, 71],
      [0.5, 3],
      [0, Number.NaN],
    ] as const) {
      await assert.rejects(rangeSmall(sealed, start, end), { code: 'request.invalid' });
    }
    const read = async (from: number, to: number) => sealed.subarray(from, to);
    for (const total of [0, 74, 105, 74 + 64 + 31, Number.NaN]) {
      await assert.rejects(decryptRange(read, total, keyObject, aad, { start: 0, end: 0 }, small), altered);
    }
  });
});

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { decryptFloe, decryptFloeRange, encryptFloe } from '../../core/base/encryption/index.ts';
import { need } from '../needs.ts';
import { runPython } from './python.ts';

const overhead = 32;
const key = randomBytes(32);
const aad = Buffer.from('workspace/object/kind — bytes of any sort\0\n');
let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assay-floe-'));
});
after(() => rm(folder, { recursive: true, force: true }));

interface Work {
  readonly do: 'encrypt' | 'decrypt';
  readonly input: Buffer;
  readonly segment: number;
  readonly key?: Buffer;
  readonly aad?: Buffer;
  readonly rotation?: number;
}

/** All pieces of work in one Python process: the bytes that it gave, or why it refused. */
async function python(list: readonly Work[]): Promise<(Buffer | string)[]> {
  const lines = await Promise.all(
    list.map(async (work, i) => {
      const file = path.join(folder, `${i}`);
      await writeFile(`${file}.in`, work.input);
      const hex = { key: (work.key ?? key).toString('hex'), aad: (work.aad ?? aad).toString('hex') };
      const { do: verb, segment, rotation = 20 } = work;
      return JSON.stringify({ do: verb, segment, rotation, ...hex, from: `${file}.in`, to: `${file}.out` });
    }),
  );
  const { code, stdout, stderr } = await runPython(['floe.py'], `${lines.join('\n')}\n`);
  assert.equal(code, 0, stderr);
  const answers = stdout.trimEnd().split('\n');
  assert.equal(answers.length, list.length);
  return Promise.all(
    answers.map((answer, i) => (answer === 'ok' ? readFile(path.join(folder, `${i}.out`)) : answer)),
  );
}

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 100_003) yield bytes.subarray(at, at + 100_003);
}
async function collect(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}
const digest = (bytes: Buffer | string): string =>
  typeof bytes === 'string' ? bytes : createHash('sha256').update(bytes).digest('hex');

for (const segment of [65_536, 1_048_576] as const) {
  const room = segment - overhead;
  const around = [1, 2, 3].flatMap((count) => [count * room - 1, count * room, count * room + 1]);
  // Around the length of a whole encrypted segment too: whoever forgets the overhead goes wrong there.
  const lengths = [0, 1, ...around, segment - 1, segment, segment + 1];
  describe(`FLOE in Python, segments of ${segment} bytes`, need('python-cryptography'), () => {
    const plains = lengths.map((length) => randomBytes(length));
    it('reads what we write', async () => {
      const sealed = await Promise.all(
        plains.map((plain) => collect(encryptFloe(chunks(plain), key, aad, { segmentBytes: segment }))),
      );
      const opened = await python(sealed.map((input) => ({ do: 'decrypt', input, segment })));
      assert.deepEqual(opened.map(digest), plains.map(digest));
    });
    it('writes what we read, whole and in ranges', async () => {
      const sealed = await python(plains.map((input) => ({ do: 'encrypt', input, segment })));
      for (const [i, plain] of plains.entries()) {
        const bytes = sealed[i] as Buffer;
        assert.ok(Buffer.isBuffer(bytes));
        assert.equal(digest(await collect(decryptFloe(chunks(bytes), key, aad))), digest(plain));
        const third = Math.floor(plain.length / 3);
        const read = async (start: number, end: number): Promise<Buffer> => bytes.subarray(start, end);
        const part = await decryptFloeRange(read, bytes.length, key, aad, third, plain.length);
        assert.equal(digest(part), digest(plain.subarray(third)));
      }
    });
  });
}

describe('FLOE in Python', need('python-cryptography'), () => {
  it('reads the published known answers', async () => {
    const vectors = new URL('../../core/base/encryption/vectors/', import.meta.url);
    const names = (await readdir(vectors)).filter((name) => name.endsWith('_ct.txt'));
    const hex = async (name: string): Promise<Buffer> =>
      Buffer.from((await readFile(new URL(name, vectors), 'utf8')).trim(), 'hex');
    const work = await Promise.all(
      names.map(async (name): Promise<Work> => {
        const input = await hex(name);
        const known = { key: Buffer.alloc(32), aad: Buffer.from('This is AAD') };
        const rotation = name.includes('rotation') ? 2 : 20;
        return { do: 'decrypt', input, segment: input.readUInt32BE(2), rotation, ...known };
      }),
    );
    const expected = await Promise.all(names.map((name) => hex(name.replace('_ct', '_pt'))));
    assert.equal(names.length, 7);
    assert.deepEqual((await python(work)).map(digest), expected.map(digest));
  });
  it('refuses what we refuse', async () => {
    const segment = 65_536;
    const plain = randomBytes(2 * segment);
    const sealed = await collect(encryptFloe(chunks(plain), key, aad, { segmentBytes: segment }));
    const flipped = (at: number): Buffer => {
      const other = Buffer.from(sealed);
      other[at] = (other[at] as number) ^ 1;
      return other;
    };
    const [head, one, two, rest] = [
      sealed.subarray(0, 74),
      sealed.subarray(74, 74 + segment),
      sealed.subarray(74 + segment, 74 + 2 * segment),
      sealed.subarray(74 + 2 * segment),
    ];
    const inputs = [
      ...[0, 5, 9, 10, 41, 42, 73, 74, 78, 90, 74 + segment - 1, sealed.length - 1].map(flipped),
      ...[0, 73, 74, 74 + segment, sealed.length - 1].map((length) => sealed.subarray(0, length)),
      Buffer.concat([sealed, Buffer.of(0)]),
      Buffer.concat([head, two, one, rest]),
      Buffer.concat([head, one, one, two, rest]),
      Buffer.concat([head, one, rest]),
    ];
    const answers = await python([
      ...inputs.map((input): Work => ({ do: 'decrypt', input, segment })),
      { do: 'decrypt', input: sealed, segment, key: randomBytes(32) },
      { do: 'decrypt', input: sealed, segment, aad: Buffer.from('another') },
    ]);
    for (const answer of answers) assert.match(String(answer), /^refused: /);
    const altered = { code: 'encryption.ciphertext_invalid' };
    for (const input of inputs) await assert.rejects(collect(decryptFloe(chunks(input), key, aad)), altered);
    assert.equal(digest((await python([{ do: 'decrypt', input: sealed, segment }]))[0] ?? ''), digest(plain));
  });
});

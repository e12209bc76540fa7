import { execFile } from 'node:child_process';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
  randomInt,
} from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import {
  decryptFloe,
  decryptFloeRange,
  encryptFloe,
  type FloeSegmentBytes,
} from '../../core/base/encryption/index.ts';
import { openStore } from '../../core/base/storage/index.ts';
import { type Comparison, compare, median } from './measure.ts';
import { encryptionSdk } from './peers/encryption-sdk.ts';

const streamBytes = 256 * 1024 * 1024;
const chunkBytes = 256 * 1024;
const key = randomBytes(32);
const aad = Buffer.from('bench');
const run = promisify(execFile);

const block = randomBytes(chunkBytes);
async function* plain(bytes = streamBytes): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < bytes; sent += chunkBytes) yield block;
}
async function drain(source: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of source) bytes += chunk.length;
  return bytes;
}
async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for await (const chunk of source) parts.push(Buffer.from(chunk));
  return parts;
}
async function* replay(parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}

/** `openssl speed`, in MB a second: what the cipher does on this machine without a stream around it. */
async function opensslSpeed(blockBytes: number): Promise<number> {
  const args = ['speed', '-elapsed', '-evp', 'aes-256-gcm', '-bytes', String(blockBytes), '-seconds', '1'];
  const { stdout } = await run('openssl', args);
  const [, thousands] = /([\d.]+)k\s*$/.exec(stdout.trim()) ?? [];
  return Number(thousands) / 1000;
}

const perSecond = (ms: number) => streamBytes / 1e6 / (ms / 1000);

/** Times of both sides as MB a second. */
function asSpeed(row: Comparison): Comparison {
  const [ours, floor] = [perSecond(row.ours), perSecond(row.floor)];
  return { ...row, ours, floor, ratio: ours / floor, unit: 'MB/s' };
}

async function againstOpenssl(segmentBytes: FloeSegmentBytes, name: string): Promise<Comparison> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let i = 0; i < 5; i += 1) {
    const start = performance.now();
    await drain(encryptFloe(plain(), key, aad, { segmentBytes }));
    ours.push(perSecond(performance.now() - start));
    theirs.push(await opensslSpeed(segmentBytes));
  }
  const [a, b] = [median(ours), median(theirs)];
  return {
    name: `encrypt a stream, segments of ${name} (openssl speed -evp aes-256-gcm, same block)`,
    ours: a,
    floor: b,
    ratio: a / b,
    runs: 5,
    unit: 'MB/s',
  };
}

/** The same cipher over the same blocks by Node's own calls and nothing around them: what a stream of ours can reach at most. */
async function againstBareCipher(segmentBytes: FloeSegmentBytes, name: string): Promise<Comparison[]> {
  const bare = createSecretKey(key);
  const plaintext = randomBytes(segmentBytes);
  const seal = () => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', bare, iv);
    const body = cipher.update(plaintext);
    cipher.final();
    return { iv, body, tag: cipher.getAuthTag() };
  };
  const { iv, body, tag } = seal();
  const open = () => {
    const decipher = createDecipheriv('aes-256-gcm', bare, iv, { authTagLength: 16 });
    decipher.setAuthTag(tag);
    decipher.update(body);
    decipher.final();
  };
  const often = async (work: () => unknown) => {
    for (let bytes = 0; bytes < streamBytes; bytes += segmentBytes) work();
  };
  const ours = await gather(encryptFloe(plain(), key, aad, { segmentBytes }));
  const rounds = { runs: 5, warm: 1 };
  return [
    asSpeed(
      await compare(
        `encrypt a stream, segments of ${name} (Node's cipher alone)`,
        () => drain(encryptFloe(plain(), key, aad, { segmentBytes })),
        () => often(seal),
        rounds,
      ),
    ),
    asSpeed(
      await compare(
        `decrypt a stream, segments of ${name} (Node's cipher alone)`,
        () => drain(decryptFloe(replay(ours), key, aad)),
        () => often(open),
        rounds,
      ),
    ),
  ];
}

async function againstSdk(): Promise<Comparison[]> {
  const sdk = await encryptionSdk();
  const rounds = { runs: 3, warm: 1 };
  const theirs = await gather(Readable.from(plain()).pipe(sdk.encrypt(65_536)));
  const ours = await gather(encryptFloe(plain(), key, aad));
  return [
    asSpeed(
      await compare(
        'encrypt, segments of 64 KiB (AWS Encryption SDK 5.0, same frame)',
        () => drain(encryptFloe(plain(), key, aad)),
        () => drain(Readable.from(plain()).pipe(sdk.encrypt(65_536))),
        rounds,
      ),
    ),
    asSpeed(
      await compare(
        'decrypt, the same',
        () => drain(decryptFloe(replay(ours), key, aad)),
        () => drain(Readable.from(replay(theirs)).pipe(sdk.decrypt())),
        rounds,
      ),
    ),
  ];
}

async function copy(file: string, source: AsyncIterable<Buffer>): Promise<void> {
  const hash = createHash('sha256');
  const target = await open(file, 'w');
  for await (const chunk of source) {
    hash.update(chunk);
    await target.write(chunk);
  }
  await target.sync();
  await target.close();
  hash.digest();
}

/** Random reads of 64 KiB out of an object of 256 MB: the store's own range read against decrypting it. */
async function rangeReads(folder: string): Promise<Comparison> {
  const store = openStore({ kind: 'disk', directory: path.join(folder, 'ranges') });
  const { bytes } = await store.put('encrypted', encryptFloe(plain(), key, aad));
  await store.put('plain', plain());
  const reads = 500;
  const length = 65_536;
  const at = () => randomInt(streamBytes - length);
  const times = async (read: (start: number) => Promise<Buffer>) => {
    for (let i = 0; i < reads; i += 1) await read(at());
  };
  const row = await compare(
    'random reads of 64 KiB out of 256 MB, each (the same from a plain file)',
    () =>
      times((start) =>
        decryptFloeRange((a, b) => store.getRange('encrypted', a, b), bytes, key, aad, start, start + length),
      ),
    () => times((start) => store.getRange('plain', start, start + length)),
    { runs: 5, warm: 1 },
  );
  return { ...row, ours: row.ours / reads, floor: row.floor / reads };
}

/** One object of 1 MiB, durable, encrypted and plain. */
async function smallPuts(folder: string): Promise<Comparison> {
  const store = openStore({ kind: 'disk', directory: path.join(folder, 'puts') });
  const puts = 50;
  let name = 0;
  const put = async (body: () => AsyncIterable<Uint8Array>) => {
    for (let i = 0; i < puts; i += 1) {
      name += 1;
      await store.put(`object-${name}`, body());
    }
  };
  const row = await compare(
    'put of 1 MiB, durable (the same plain)',
    () => put(() => encryptFloe(plain(1024 * 1024), key, aad)),
    () => put(() => plain(1024 * 1024)),
    { runs: 5, warm: 1 },
  );
  return { ...row, ours: row.ours / puts, floor: row.floor / puts };
}

export async function encryptionRows(): Promise<Comparison[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-bench-encryption-'));
  let name = 0;
  const store = openStore({ kind: 'disk', directory: path.join(folder, 'store') });
  try {
    return [
      await againstOpenssl(65_536, '64 KiB'),
      await againstOpenssl(1_048_576, '1 MiB'),
      ...(await againstBareCipher(65_536, '64 KiB')),
      ...(await againstBareCipher(1_048_576, '1 MiB')),
      ...(await againstSdk()),
      asSpeed(
        await compare(
          'encrypt and store 256 MB (plain copy with SHA-256 and fsync)',
          async () => {
            name += 1;
            await store.put(`object-${name}`, encryptFloe(plain(), key, aad));
            await store.delete(`object-${name}`);
          },
          () => copy(path.join(folder, 'copy'), plain()),
          { runs: 5, warm: 1 },
        ),
      ),
      await smallPuts(folder),
      await rangeReads(folder),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  collect,
  digestResult,
  type JobDocument,
  Profile,
  type ResultDocument,
  type Runtime,
  sha256,
  writeFrame,
} from '@assay/sdk';
import { tableFromIPC } from 'apache-arrow';
import { tableRuntime } from './index.ts';

const signal = new AbortController().signal;

function jobDocument(mediaType: string, program = 'profile'): JobDocument {
  return {
    protocol: 'run/1',
    tool: 'table/profile',
    version: '1.0.0',
    program,
    seed: 1,
    threads: 1,
    locale: 'C.UTF-8',
    deadline: 600,
    limits: { seconds: 600, memoryMb: 4096, outputMb: 20_480 },
    inputs: [{ slot: 'data', format: 'original', bytes: 0, digest: '', mediaType, name: 'x.csv' }],
    params: {},
  };
}

/** One run in the walled process, from hand-over to its end. */
async function run(
  runtime: Runtime,
  body: Uint8Array | { bytes: number; body: AsyncIterable<Uint8Array> },
  program?: string,
) {
  const handle = await runtime.take(signal);
  handle.begin({ memoryMb: 4864, seconds: 600 });
  const send = async () => {
    await writeFrame(
      handle.input,
      { t: 'run' },
      Buffer.from(JSON.stringify(jobDocument('text/csv', program))),
    );
    if (body instanceof Uint8Array) await writeFrame(handle.input, { t: 'input', slot: 'data' }, body);
    else await writeFrame(handle.input, { t: 'input', slot: 'data', bytes: body.bytes }, body.body);
    await writeFrame(handle.input, { t: 'go' });
  };
  const sent = send().catch((error: unknown) => error);
  const blobs = new Map<string, Buffer>();
  const lines: Record<string, unknown>[] = [];
  let result: ResultDocument | undefined;
  for await (const { header, body: content } of handle.output) {
    const bytes = await collect(content);
    lines.push(header);
    if (header.t === 'blob') blobs.set(String(header.id), bytes);
    if (header.t === 'result') result = JSON.parse(bytes.toString()) as ResultDocument;
  }
  const ending = await handle.ended;
  await sent;
  return { lines, blobs, result, ending, peakMb: handle.peakMb(), log: handle.log() };
}

describe('table runtime', () => {
  let runtime: Runtime;
  let scratchRoot: string;
  before(async () => {
    scratchRoot = await mkdtemp(path.join(tmpdir(), 'assay-table-'));
    runtime = tableRuntime({ prestart: 1, isolation: 'auto', scratchRoot });
  });
  after(async () => {
    await runtime?.close();
    await rm(scratchRoot, { recursive: true, force: true });
  });

  test('says what it is', async () => {
    const description = await runtime.describe();
    assert.equal(description.name, 'table');
    assert.match(description.version, /^DuckDB \d+\.\d+\.\d+$/);
    assert.match(description.image, /^sha256:[0-9a-f]{64}$/);
  });

  test('an upload becomes a profile, Parquet and Arrow; twice the same digest; nothing stays on the disk', async () => {
    const rows = Array.from(
      { length: 30_000 },
      (_, i) => `${i},${Math.sin(i)},${['red', 'green', 'blue'][i % 3]},2020-01-0${(i % 9) + 1}`,
    );
    const csv = Buffer.from(`id,x,colour,day\n${rows.join('\n')}\n`);
    const digests: string[] = [];
    for (let i = 0; i < 2; i += 1) {
      const { lines, blobs, result, ending, log } = await run(runtime, csv);
      assert.equal(log, '');
      assert.deepEqual(ending, { how: 'exited', code: 0, signal: null });
      assert.equal(lines.at(-1)?.t, 'done');
      assert.ok(result);
      const profile = result.values as Profile;
      assert.equal(profile.rows, 30_000);
      assert.deepEqual(
        profile.columns.map((c) => [c.name, c.type, c.role]),
        [
          ['id', 'integer', 'id'],
          ['x', 'number', 'numeric'],
          ['colour', 'text', 'category'],
          ['day', 'date', 'time'],
        ],
      );
      assert.equal(blobs.get('parquet')?.subarray(0, 4).toString(), 'PAR1');
      assert.equal(tableFromIPC(blobs.get('arrow') ?? Buffer.alloc(0)).numRows, 30_000);
      const named = [...blobs].map(([name, bytes]) => ({ name, digest: sha256(bytes) }));
      digests.push(digestResult(result, named));
    }
    assert.equal(digests[0], digests[1]);
    // What is left belongs to the program that waits for the next run.
    for (const folder of await readdir(scratchRoot))
      assert.deepEqual(await readdir(path.join(scratchRoot, folder)), []);
  });

  test('a refusal is an error line of class data that names the place', async () => {
    const { lines, result } = await run(runtime, Buffer.from('a,b\n1,2\n3\n'));
    assert.equal(result, undefined);
    const { t, class: kind, code, where } = lines.at(-1) ?? {};
    assert.deepEqual(
      { t, kind, code, where },
      { t: 'error', kind: 'data', code: 'RAGGED_ROW', where: { row: 3, found: 1, expected: 2 } },
    );
  });

  test('a value of 100 MB is refused in flat memory', async () => {
    async function* body() {
      yield Buffer.from('a,b\n1,');
      for (let i = 0; i < 100; i += 1) yield Buffer.alloc(1024 * 1024, 'x');
    }
    const { lines, peakMb } = await run(runtime, { bytes: 6 + 100 * 1024 * 1024, body: body() });
    assert.equal(lines.at(-1)?.code, 'CELL_TOO_LONG');
    assert.deepEqual(lines.at(-1)?.where, { row: 2, column: 'b' });
    assert.ok(peakMb < 400, `${peakMb} MB`);
  });

  test('it has no program but its own', async () => {
    const { lines } = await run(runtime, Buffer.from('a\n1\n'), 'main.R');
    assert.equal(lines.at(-1)?.code, 'UNKNOWN_PROGRAM');
  });
});

describe('the shipped tool table/profile', () => {
  const folder = path.resolve(import.meta.dirname, '../../plugins/table/profile');

  test('its output is the Profile of the contract', async () => {
    const { output } = JSON.parse(await readFile(path.join(folder, 'tool.json'), 'utf8')) as {
      output: unknown;
    };
    assert.deepEqual(output, JSON.parse(JSON.stringify(Profile)));
  });

  test('it lists every refusal that the program knows', async () => {
    const text = await readFile(path.join(folder, 'tool.json'), 'utf8');
    const { refusals } = JSON.parse(text) as { refusals: { code: string }[] };
    const known = new Set<string>();
    for (const file of await readdir(import.meta.dirname)) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      const source = await readFile(path.join(import.meta.dirname, file), 'utf8');
      for (const [, code] of source.matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)) known.add(String(code));
    }
    // These say that the appliance asked wrongly, not that a file is refused.
    for (const internal of ['NO_INPUT', 'UNKNOWN_PROGRAM']) known.delete(internal);
    assert.deepEqual(
      refusals
        .map((r) => r.code)
        .filter((code) => code !== 'OOM')
        .sort(),
      [...known].sort(),
    );
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { wasmRuntime } from '@assay/runtime-wasm';
import { Float64, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { need } from '../../test/needs.ts';
import { type Harness, type Sent, said, startHarness } from './fixtures/harness.ts';

const data: NonNullable<Sent['data']> = {
  table: new Table({
    g: vectorFromArray(['a', 'b', null, 'a'], new Utf8()),
    x: vectorFromArray([1, 2, 3, null], new Float64()),
  }),
  types: ['text', 'number'],
};

describe('R tools that behave badly', () => {
  let harness: Harness;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-canary-'));
    harness = await startHarness([wasmRuntime({ prestart: 1, isolation: 'auto' })]);
  });
  after(async () => {
    await harness?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (tool: string, more: Partial<Sent> = {}) => harness.run({ tool, data, ...more });
  const wellBehaved = async () => {
    const got = await run('means', { params: { by: 'g', x: 'x' } });
    assert.equal(said(got), 'ok', JSON.stringify(got.ended));
    return got;
  };

  test('one that behaves: progress, table, figure, warnings, result', async () => {
    const got = await wellBehaved();
    assert.deepEqual(
      got.events.map((e) => e.t),
      ['started', 'progress', 'blob', 'digest', 'blob', 'digest', 'result', 'ended'],
    );
    assert.deepEqual(JSON.parse(String(got.blobs.get('table-means'))), {
      columns: [
        { name: 'group', title: 'group', type: 'text' },
        { name: 'mean', title: 'Mean', type: 'number' },
      ],
      rows: [
        ['a', 1],
        ['b', 2],
      ],
    });
    const { values, nonfinite, warnings } = got.result as Record<string, unknown>;
    assert.deepEqual(values, { n: 4, missing: 1, means: { a: 1, b: 2 }, worst: null });
    assert.deepEqual(nonfinite, [{ path: '/worst', value: 'inf' }]);
    assert.deepEqual(warnings, [{ code: 'SMALL', message: 'few rows', severity: 'caution' }]);
  });

  test('a refusal carries place and hint', async () => {
    const table = new Table({
      g: vectorFromArray([null], new Utf8()),
      x: vectorFromArray([1], new Float64()),
    });
    const got = await run('means', { params: { by: 'g', x: 'x' }, data: { ...data, table } });
    assert.deepEqual(got.ended.ok || got.ended.error, {
      class: 'data',
      code: 'NO_GROUPS',
      message: 'the grouping column is empty',
      where: { param: 'by' },
      hint: 'choose another',
    });
  });

  const endings: readonly (readonly [string, string, Partial<Sent>?])[] = [
    ['fails', 'internal/R_ERROR'],
    ['quits', 'internal/CRASH'],
    ['exits', 'internal/CRASH'],
    ['overflows', 'resource/OOM'],
    ['allocates', 'resource/OOM', { limits: { memoryMb: 256 } }],
    ['forever', 'resource/TIMEOUT', { limits: { seconds: 3 } }],
    ['prints', 'resource/TIMEOUT', { limits: { seconds: 3 } }],
    ['reports', 'resource/TIMEOUT', { limits: { seconds: 3 } }],
    ['floods', 'resource/OUTPUT_LIMIT', { limits: { outputMb: 2 } }],
  ];
  for (const [tool, ending, more] of endings)
    test(`one that ${tool}: ${ending}`, async () => {
      const got = await run(tool, more);
      assert.equal(said(got), ending, JSON.stringify(got.ended));
      if (!got.ended.ok) assert.doesNotMatch(got.ended.error.message, /node_modules|\.ts:|at Object/);
    });

  test('one that never ends is gone when the worker goes', async () => {
    const gone = new AbortController();
    const going = run('forever', {
      limits: { seconds: 600 },
      signal: gone.signal,
      onEvent: (event) => event.t === 'progress' && gone.abort(),
    });
    await assert.rejects(going, { name: 'AbortError' });
    await harness.idle(1);
    await wellBehaved();
  });

  describe('ways out of the wall', need('bwrap'), () => {
    const secret = 'CANARY-4711';
    let file: string;
    before(async () => {
      file = path.join(folder, 'canary.txt');
      await writeFile(file, secret);
      process.env.ASSAY_TEST_CANARY = secret;
    });
    after(() => {
      delete process.env.ASSAY_TEST_CANARY;
    });

    const tries: Readonly<Record<string, Record<string, unknown>>> = {
      'read a file': { way: 'read' },
      'read the password file': { way: 'read', file: '/etc/passwd' },
      'read the environment': { way: 'environment' },
      'read the environment of another process': { way: 'read', file: '/proc/1/environ' },
      'mount a folder': { way: 'mount' },
      'end other processes': { way: 'signal' },
    };
    for (const [what, params] of Object.entries(tries))
      test(what, async () => {
        const got = await run('escapes', { params: { file, folder, ...params } });
        const all = JSON.stringify([got.events, got.result, harness.logged]);
        assert.ok(!all.includes(secret) && !all.includes('root:x:0'), all);
      });

    test('reach the network', async () => {
      let reached = 0;
      const server = net.createServer(() => {
        reached += 1;
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = server.address() as net.AddressInfo;
        const got = await run('escapes', { params: { way: 'connect', port } });
        assert.equal(reached, 0, JSON.stringify(got.result));
      } finally {
        server.close();
      }
    });
  });

  test('after all of them the next run is served as ever', async () => {
    await wellBehaved();
    await harness.idle(1);
  });
});

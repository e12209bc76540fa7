import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ColumnType } from '@assay/sdk';
import {
  Bool,
  type DataType,
  DateDay,
  Float64,
  Int32,
  makeData,
  makeVector,
  Table,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { type Harness, said, startHarness } from '../runner/fixtures/harness.ts';
import { wasmRuntime } from './index.ts';

interface Shown {
  readonly names: readonly string[];
  readonly rows: number;
  readonly r: string;
  readonly columns: Readonly<Record<string, { class: string; values: unknown[]; missing: boolean[] }>>;
  readonly params: unknown;
  readonly schema: readonly string[];
}

describe('data and parameters reach R as they are', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness([wasmRuntime({ prestart: 1, isolation: 'auto' })]);
  });
  after(() => harness?.close());

  async function show(
    columns: readonly (readonly [string, ColumnType, Vector<DataType>])[],
    params: Record<string, unknown> = {},
  ): Promise<Shown> {
    const table = new Table(
      Object.assign(
        Object.create(null),
        Object.fromEntries(columns.map(([name, , vector]) => [name, vector])),
      ),
    );
    const got = await harness.run({
      tool: 'shows',
      params,
      data: { table, types: columns.map(([, type]) => type) },
    });
    assert.equal(said(got), 'ok', JSON.stringify(got.ended));
    return (got.result as { values: Shown }).values;
  }

  test('what runs is named exactly', async () => {
    const [description] = harness.runner.runtimes;
    const { r } = await show([['x', 'number', vectorFromArray([1], new Float64())]]);
    assert.match(r, /^\d+\.\d+\.\d+$/);
    const version = String(description?.version);
    assert.match(version, /^webR \d+\.\d+\.\d+, /);
    assert.equal(version.split(', ')[1], `R ${r}`, 'the version that R says it is');
    assert.match(String(description?.image), /^sha256:[0-9a-f]{64}$/);
  });

  test('every type, with missing values', async () => {
    const micros = makeData({
      type: new TimestampMicrosecond('UTC'),
      data: BigInt64Array.of(1_500_000n, 0n, -1_000_000n),
      nullBitmap: Uint8Array.of(0b101),
      nullCount: 1,
    });
    const { columns, rows } = await show([
      ['x', 'number', vectorFromArray([0.1, null, 1e308], new Float64())],
      ['i', 'integer', vectorFromArray([2147483647, null, -7], new Int32())],
      ['b', 'boolean', vectorFromArray([true, null, false], new Bool())],
      ['d', 'date', vectorFromArray([new Date('2026-11-23'), null, new Date('1900-01-01')], new DateDay())],
      ['t', 'timestamp', makeVector(micros)],
      ['s', 'text', vectorFromArray(['ä😀', null, ''], new Utf8())],
    ]);
    assert.equal(rows, 3);
    const missing = [false, true, false];
    const expected = [
      { class: 'numeric', values: [0.1, null, 1e308], missing },
      { class: 'integer', values: [2147483647, null, -7], missing },
      { class: 'logical', values: [true, null, false], missing },
      { class: 'Date', values: ['2026-11-23', null, '1900-01-01'], missing },
      {
        class: 'POSIXct',
        values: ['1970-01-01T00:00:01.500000Z', null, '1969-12-31T23:59:59.000000Z'],
        missing,
      },
      { class: 'character', values: ['ä😀', null, ''], missing },
    ];
    assert.deepEqual(Object.values(columns), expected);
  });

  test('names and texts are data, never code', async () => {
    const hostile = [
      '__proto__',
      'constructor',
      'a"; quit("no"); "',
      "b'`\\",
      'line\nbreak\ttab',
      '',
      'NA',
      '../../etc/passwd',
      'naïve 名前 😀',
      '{1} $x %s \\u0041',
    ];
    const one = () => vectorFromArray(hostile, new Utf8());
    const params = { names: hostile, nested: [{ '__proto__ ': [1, { 'a b': null }] }], none: [], empty: {} };
    const shown = await show(
      hostile.map((name) => [name, 'text', one()] as const),
      params,
    );
    assert.deepEqual(shown.names, hostile);
    assert.deepEqual(shown.schema, hostile);
    for (const column of Object.values(shown.columns)) assert.deepEqual(column.values, hostile);
    assert.deepEqual(shown.params, params);
  });

  test('a text with NUL is refused with its column', async () => {
    const table = new Table({ s: vectorFromArray(['a\0b'], new Utf8()) });
    const got = await harness.run({ tool: 'shows', data: { table, types: ['text'] } });
    assert.equal(said(got), 'data/NUL_IN_TEXT');
    assert.deepEqual(got.ended.ok || got.ended.error.where, { column: 's' });
  });

  test('a million rows of ten columns', async () => {
    const rows = 1_000_000;
    const numbers = () => new Float64Array(rows).map((_, i) => i / 7);
    const names = ['x', ...Array.from({ length: 8 }, (_, i) => `x${i}`)];
    const texts = vectorFromArray(
      Array.from({ length: rows }, (_, i) => `level ${i % 5}`),
      new Utf8(),
    );
    const table = new Table({
      ...Object.fromEntries(names.map((name) => [name, makeVector(numbers())])),
      g: texts,
    });
    const got = await harness.run({
      tool: 'means',
      params: { by: 'g', x: 'x' },
      data: { table, types: [...names.map(() => 'number' as const), 'text'] },
      limits: { memoryMb: 2048 },
    });
    assert.equal(said(got), 'ok', JSON.stringify(got.ended));
    const { n, means } = (got.result as { values: { n: number; means: Record<string, number> } }).values;
    assert.equal(n, rows);
    assert.ok(Math.abs((means['level 0'] ?? 0) - (rows - 5) / 2 / 7) < 1e-6);
  });
});

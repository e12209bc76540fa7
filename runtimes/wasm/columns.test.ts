import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ColumnType, DataSchema } from '@assay/sdk';
import {
  Bool,
  DateDay,
  Field,
  Float64,
  Int32,
  makeData,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { NulInText, toRawColumns } from './columns.ts';

function schemaOf(table: Table, ...types: ColumnType[]): DataSchema {
  const columns = types.map((type, i) => ({
    name: String(table.schema.fields[i]?.name),
    type,
    role: 'numeric' as const,
    roles: ['numeric' as const],
  }));
  return { rows: table.numRows, columns };
}

function raw(table: Table, ...types: ColumnType[]) {
  return toRawColumns(tableToIPC(table, 'stream'), schemaOf(table, ...types));
}

const bytes = (parts: readonly Uint8Array[]) => Buffer.concat(parts);
const int32 = (part: Buffer) => [...new Int32Array(new Uint8Array(part).buffer)];
const missing = -2147483648;

test('numbers, and the missing value of R among them', () => {
  const { rows, columns } = raw(
    new Table({ x: vectorFromArray([1.5, null, Number.NaN], new Float64()) }),
    'number',
  );
  assert.equal(rows, 3);
  const part = bytes(columns[0]?.parts ?? []);
  assert.equal(part.readDoubleLE(0), 1.5);
  assert.equal(part.readBigUInt64LE(8), 0x7ff00000000007a2n, 'NA');
  assert.notEqual(part.readBigUInt64LE(16), 0x7ff00000000007a2n, 'NaN is not NA');
});

test('integers, booleans, dates and timestamps', () => {
  const micros = makeVector(
    makeData({
      type: new TimestampMicrosecond('UTC'),
      data: BigInt64Array.of(1_500_000n, 0n, -1n),
      nullBitmap: Uint8Array.of(0b101),
      nullCount: 1,
    }),
  );
  const table = new Table({
    i: vectorFromArray([7, null, -7], new Int32()),
    b: vectorFromArray([true, null, false], new Bool()),
    d: vectorFromArray([new Date('1970-01-11'), null, new Date('1969-12-31')], new DateDay()),
    t: micros,
  });
  const { columns } = raw(table, 'integer', 'boolean', 'date', 'timestamp');
  const parts = columns.map((c) => bytes(c.parts));
  assert.deepEqual(int32(parts[0] as Buffer), [7, missing, -7]);
  assert.deepEqual(int32(parts[1] as Buffer), [1, missing, 0]);
  assert.deepEqual(int32(parts[2] as Buffer), [10, missing, -1]);
  assert.deepEqual([parts[3]?.readDoubleLE(0), parts[3]?.readDoubleLE(16)], [1.5, -1e-6]);
});

test('texts: codes, then the lengths of the distinct ones and their bytes, whatever they hold', () => {
  const values = ['b', 'ä', null, 'b', '', '__proto__', 'a"\n\\', '😀'];
  const { columns } = raw(new Table({ s: vectorFromArray(values, new Utf8()) }), 'text');
  const part = bytes(columns[0]?.parts ?? []);
  assert.deepEqual(int32(part.subarray(0, 32)), [1, 2, missing, 1, 3, 4, 5, 6]);
  assert.equal(columns[0]?.texts, 6);
  assert.deepEqual(int32(part.subarray(32, 56)), [1, 2, 0, 9, 4, 4]);
  assert.equal(part.subarray(56).toString('utf8'), 'bä__proto__a"\n\\😀');
});

test('a NUL is what no text of R can hold: refused, with the name of the column', () => {
  const table = new Table({ s: vectorFromArray(['a\0b'], new Utf8()) });
  assert.throws(
    () => raw(table, 'text'),
    (error) => error instanceof NulInText && error.column === 's',
  );
});

test('several batches are one column', () => {
  const schema = new Schema([new Field('s', new Utf8(), true), new Field('x', new Float64(), true)]);
  const batch = (texts: (string | null)[], numbers: number[]) => {
    const children = [
      vectorFromArray(texts, new Utf8()).data[0],
      vectorFromArray(numbers, new Float64()).data[0],
    ];
    return new RecordBatch(
      schema,
      makeData({ type: new Struct(schema.fields), length: texts.length, children: children as never }),
    );
  };
  const table = new Table(schema, [batch(['a', null], [1, 2]), batch(['b', 'a', null], [3, 4, 5])]);
  const { rows, columns } = raw(table, 'text', 'number');
  assert.equal(rows, 5);
  assert.deepEqual(int32(bytes(columns[0]?.parts ?? []).subarray(0, 20)), [1, missing, 2, 1, missing]);
  assert.equal(bytes(columns[1]?.parts ?? []).readDoubleLE(32), 5);
});

test('data that are not what their schema says are refused', () => {
  const table = new Table({ x: vectorFromArray([1], new Float64()) });
  const schema = schemaOf(table, 'number');
  assert.throws(() => toRawColumns(tableToIPC(table, 'stream'), { ...schema, rows: 2 }), RangeError);
  assert.throws(() => raw(table, 'number', 'number'), RangeError);
  assert.throws(() => raw(table, 'text'), RangeError);
});

import { types } from 'node:util';
import type { ColumnType, DataSchema } from '@assay/sdk';
import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  type Table,
  TimestampMicrosecond,
  tableFromIPC,
  Utf8,
} from 'apache-arrow';
import { ToolStop } from '../process/program.ts';

type Values = Float64Array | Int32Array | Uint8Array;

/**
 * A column as a transform sees it, in memory that both sides share.
 * `values`: a number as Float64, an integer as Int32, a boolean as 0 or 1, a date as days and a timestamp as microseconds
 * since 1970 (UTC), a text as its place in `levels`. `valid`: 1 where there is a value; absent where none is missing.
 */
export interface SharedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: Values;
  readonly valid?: Uint8Array;
  readonly levels?: readonly string[];
}

const kinds: Readonly<Record<ColumnType, (value: unknown) => value is Values>> = {
  number: types.isFloat64Array,
  timestamp: types.isFloat64Array,
  integer: types.isInt32Array,
  date: types.isInt32Array,
  text: types.isInt32Array,
  boolean: types.isUint8Array,
};

const shared = {
  float: (rows: number) => new Float64Array(new SharedArrayBuffer(rows * 8)),
  int: (rows: number) => new Int32Array(new SharedArrayBuffer(rows * 4)),
  byte: (rows: number) => new Uint8Array(new SharedArrayBuffer(rows)),
};

const isSet = (bits: Uint8Array, at: number) => (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;

function validity(chunks: readonly Data[], rows: number): Uint8Array | undefined {
  if (chunks.every((data) => data.nullCount === 0)) return undefined;
  const valid = shared.byte(rows).fill(1);
  let start = 0;
  for (const data of chunks) {
    if (data.nullCount > 0)
      for (let i = 0; i < data.length; i += 1)
        if (!isSet(data.nullBitmap, data.offset + i)) valid[start + i] = 0;
    start += data.length;
  }
  return valid;
}

function texts(chunks: readonly Data[], rows: number, valid: Uint8Array | undefined) {
  const values = shared.int(rows);
  const known = new Map<string, number>();
  let start = 0;
  for (const data of chunks) {
    const bytes = Buffer.from(data.values.buffer, data.values.byteOffset, data.values.byteLength);
    for (let i = 0; i < data.length; i += 1) {
      if (valid && valid[start + i] === 0) continue;
      // One character a byte: a key that says the same as the bytes.
      const key = bytes.toString('latin1', data.valueOffsets[i], data.valueOffsets[i + 1]);
      let code = known.get(key);
      if (code === undefined) {
        code = known.size;
        known.set(key, code);
      }
      values[start + i] = code;
    }
    start += data.length;
  }
  return { values, levels: [...known.keys()].map((key) => Buffer.from(key, 'latin1').toString('utf8')) };
}

function numbers(chunks: readonly Data[], values: Float64Array | Int32Array): void {
  let start = 0;
  for (const data of chunks) {
    values.set((data.values as Float64Array | Int32Array).subarray(0, data.length), start);
    start += data.length;
  }
}

/** Microseconds as numbers: a moment that has more digits than a number holds is refused, not rounded. */
function moments(chunks: readonly Data[], name: string, valid: Uint8Array | undefined, rows: number) {
  const values = shared.float(rows);
  let start = 0;
  for (const data of chunks) {
    const from = data.values as BigInt64Array;
    for (let i = 0; i < data.length; i += 1) {
      const value = Number(from[i]);
      if (valid && valid[start + i] === 0) continue;
      if (!Number.isSafeInteger(value))
        throw new ToolStop({
          class: 'data',
          code: 'TIMESTAMP_RANGE',
          message: `Row ${start + i + 1} of "${name.slice(0, 100)}" lies before the year 1685 or after 2255, where microseconds are not exact.`,
          where: { column: name.slice(0, 100), row: start + i + 1 },
          hint: 'keep such moments as dates',
        });
      values[start + i] = value;
    }
    start += data.length;
  }
  return values;
}

function booleans(chunks: readonly Data[], rows: number): Uint8Array {
  const values = shared.byte(rows);
  let start = 0;
  for (const data of chunks) {
    for (let i = 0; i < data.length; i += 1)
      values[start + i] = isSet(data.values as Uint8Array, data.offset + i) ? 1 : 0;
    start += data.length;
  }
  return values;
}

/**
 * Takes an Arrow IPC stream apart into columns in shared memory, as the schema that came with the data says.
 * @throws RangeError where the data are not what their schema says
 * @throws ToolStop for a moment that a number cannot hold exactly
 */
export function shareColumns(arrow: Uint8Array, schema: DataSchema): SharedColumn[] {
  const table: Table = tableFromIPC(arrow);
  const rows = table.numRows;
  if (table.numCols !== schema.columns.length || rows !== schema.rows)
    throw new RangeError(
      `the data have ${rows} rows and ${table.numCols} columns, not what their schema says`,
    );
  return schema.columns.map(({ name, type }, at) => {
    const field = table.schema.fields[at];
    if (String(field?.type) !== String(arrowTypes[type]))
      throw new RangeError(`column ${at + 1} of the data is ${field?.type}, its schema says ${type}`);
    const chunks = table.getChildAt(at)?.data ?? [];
    const valid = validity(chunks, rows);
    const column = { name, type, ...(valid ? { valid } : {}) };
    if (type === 'text') return { ...column, ...texts(chunks, rows, valid) };
    if (type === 'boolean') return { ...column, values: booleans(chunks, rows) };
    if (type === 'timestamp') return { ...column, values: moments(chunks, name, valid, rows) };
    const values = type === 'integer' || type === 'date' ? shared.int(rows) : shared.float(rows);
    numbers(chunks, values);
    return { ...column, values };
  });
}

function bad(what: string): never {
  throw new RangeError(`a data set of the transform does not fit: ${what}`);
}

/** A typed array that nobody can make longer or shorter under us. */
function requireFixed(array: Values, rows: number): void {
  const { buffer } = array;
  if (('resizable' in buffer && buffer.resizable) || ('growable' in buffer && buffer.growable))
    bad('a column lies in a buffer that can change its size');
  if (array.length !== rows) bad(`a column has ${array.length} rows where the first has ${rows}`);
}

function takeColumn(given: unknown, rows: number | undefined): SharedColumn {
  const { name, type, values, valid, levels } = (given ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || name.length === 0 || name.length > 1000) bad('a column has no name');
  if (typeof type !== 'string' || !Object.hasOwn(kinds, type)) bad(`"${name}" has no type that is known`);
  const kind = type as ColumnType;
  if (!kinds[kind](values)) bad(`the values of "${name}" are not those of ${kind}`);
  const length = rows ?? values.length;
  requireFixed(values, length);
  if (valid !== undefined) {
    if (!types.isUint8Array(valid)) bad(`"valid" of "${name}" is no array of bytes`);
    requireFixed(valid, length);
  }
  const column = { name, type: kind, values, ...(valid ? { valid: valid as Uint8Array } : {}) };
  if (kind !== 'text') return column;
  if (!Array.isArray(levels) || !levels.every((level) => typeof level === 'string'))
    bad(`"${name}" has no levels`);
  for (let i = 0; i < length; i += 1) {
    const code = values[i] as number;
    if ((!valid || valid[i] === 1) && (code < 0 || code >= levels.length))
      bad(`"${name}" has a value outside its levels`);
  }
  return { ...column, levels };
}

/**
 * Looks at a data set that a transform gave back.
 * @throws RangeError where it is none
 */
export function takeColumns(given: unknown): readonly SharedColumn[] {
  const { columns } = (given ?? {}) as { columns?: unknown };
  if (!Array.isArray(columns) || columns.length === 0) bad('it has no columns');
  let rows: number | undefined;
  return columns.map((each) => {
    const column = takeColumn(each, rows);
    rows = column.values.length;
    return column;
  });
}

const arrowTypes: Readonly<Record<ColumnType, DataType>> = {
  boolean: new Bool(),
  integer: new Int32(),
  number: new Float64(),
  text: new Utf8(),
  date: new DateDay(),
  timestamp: new TimestampMicrosecond('UTC'),
};

function toBits(bytes: Uint8Array): { bits: Uint8Array; zeros: number } {
  // Arrow pads bitmaps to eight bytes.
  const bits = new Uint8Array(Math.ceil(bytes.length / 64) * 8);
  let zeros = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    if (bytes[i] === 0) zeros += 1;
    else bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  }
  return { bits, zeros };
}

function toUtf8({ values, valid, levels = [] }: SharedColumn) {
  const encoded = levels.map((level) => Buffer.from(level, 'utf8'));
  const offsets = new Int32Array(values.length + 1);
  let total = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (!valid || valid[i] === 1) total += encoded[values[i] as number]?.length ?? 0;
    if (total > 2 ** 31 - 1) bad('the texts of a column are longer than 2 GB together');
    offsets[i + 1] = total;
  }
  const bytes = Buffer.allocUnsafe(total);
  for (let i = 0; i < values.length; i += 1)
    if (offsets[i + 1] !== offsets[i]) encoded[values[i] as number]?.copy(bytes, offsets[i]);
  return { valueOffsets: offsets, data: bytes };
}

function toData(column: SharedColumn): Data {
  const { type, values, valid } = column;
  const length = values.length;
  const missing = valid && toBits(valid);
  const common = {
    length,
    nullCount: missing?.zeros ?? 0,
    ...(missing ? { nullBitmap: missing.bits } : {}),
  };
  if (type === 'text') return makeData({ type: new Utf8(), ...common, ...toUtf8(column) });
  if (type === 'boolean')
    return makeData({ type: new Bool(), ...common, data: toBits(values as Uint8Array).bits });
  if (type === 'timestamp') {
    const micros = new BigInt64Array(length);
    for (let i = 0; i < length; i += 1) micros[i] = BigInt(Math.round((values[i] as number) || 0));
    return makeData({ type: new TimestampMicrosecond('UTC'), ...common, data: micros });
  }
  return makeData({ type: arrowTypes[type] as Float64, ...common, data: values as Float64Array });
}

/** A data set as an Arrow IPC stream, uncompressed and without dictionaries. */
export function toArrow(columns: readonly SharedColumn[]): Uint8Array {
  const schema = new Schema(columns.map(({ name, type }) => new Field(name, arrowTypes[type], true)));
  const struct = makeData({
    type: new Struct(schema.fields),
    length: columns[0]?.values.length ?? 0,
    children: columns.map(toData) as never,
  });
  return RecordBatchStreamWriter.writeAll([new RecordBatch(schema, struct)]).toUint8Array(true);
}

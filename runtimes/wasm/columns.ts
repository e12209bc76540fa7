import type { ColumnType, DataSchema } from '@assay/sdk';
import { type Data, DataType, DateUnit, type Table, TimeUnit, tableFromIPC } from 'apache-arrow';

/** One column as raw bytes for R's `readBin`, and the number of distinct texts that follow its codes. */
export interface RawColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly texts: number;
  readonly parts: readonly Uint8Array[];
}

/** How R marks a missing value: the smallest integer, and a NaN whose low word is 1954. */
const missingInteger = -2147483648;
const missingDouble = 0x7ff00000000007a2n;

/** A text holds the character NUL, which no text of R can. */
export class NulInText extends RangeError {
  readonly column: string;
  constructor(column: string) {
    super(`Column "${column}" holds a text with the character NUL, which R cannot have.`);
    this.column = column;
  }
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function eachNull(data: Data, found: (row: number) => void): void {
  if (data.nullCount === 0) return;
  const { nullBitmap, offset, length } = data;
  for (let i = 0; i < length; i += 1) {
    const bit = offset + i;
    if ((((nullBitmap[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 0) found(i);
  }
}

/** Column data of every batch, in order. */
function chunks(table: Table, at: number): readonly Data[] {
  return table.getChildAt(at)?.data ?? [];
}

function doubles(table: Table, at: number, scale = (value: number) => value): Uint8Array {
  const out = new Float64Array(table.numRows);
  const bits = new BigUint64Array(out.buffer);
  let start = 0;
  for (const data of chunks(table, at)) {
    const values = data.values as Float64Array | BigInt64Array;
    if (values instanceof Float64Array) out.set(values.subarray(0, data.length), start);
    else for (let i = 0; i < data.length; i += 1) out[start + i] = scale(Number(values[i]));
    const from = start;
    eachNull(data, (row) => {
      bits[from + row] = missingDouble;
    });
    start += data.length;
  }
  return bytesOf(out);
}

function integers(table: Table, at: number): Uint8Array {
  const out = new Int32Array(table.numRows);
  let start = 0;
  for (const data of chunks(table, at)) {
    out.set((data.values as Int32Array).subarray(0, data.length), start);
    const from = start;
    eachNull(data, (row) => {
      out[from + row] = missingInteger;
    });
    start += data.length;
  }
  return bytesOf(out);
}

function booleans(table: Table, at: number): Uint8Array {
  const out = new Int32Array(table.numRows);
  let start = 0;
  for (const data of chunks(table, at)) {
    const bits = data.values as Uint8Array;
    for (let i = 0; i < data.length; i += 1) {
      const bit = data.offset + i;
      out[start + i] = ((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1;
    }
    const from = start;
    eachNull(data, (row) => {
      out[from + row] = missingInteger;
    });
    start += data.length;
  }
  return bytesOf(out);
}

/**
 * Texts as codes, counted from 1, then the lengths of the distinct ones and their bytes. They are never decoded: that is
 * the cost. Lengths, because R's `readBin` cuts a text off at 10,000 bytes.
 */
function texts(table: Table, at: number, name: string): { parts: Uint8Array[]; count: number } {
  const codes = new Int32Array(table.numRows);
  const known = new Map<string, number>();
  let start = 0;
  for (const data of chunks(table, at)) {
    const bytes = Buffer.from(data.values.buffer, data.values.byteOffset, data.values.byteLength);
    const offsets = data.valueOffsets;
    const missing = new Set<number>();
    eachNull(data, (row) => missing.add(row));
    for (let i = 0; i < data.length; i += 1) {
      if (missing.has(i)) {
        codes[start + i] = missingInteger;
        continue;
      }
      // One character a byte: a key that says the same as the bytes.
      const key = bytes.toString('latin1', offsets[i], offsets[i + 1]);
      let code = known.get(key);
      if (code === undefined) {
        if (key.includes('\0')) throw new NulInText(name);
        code = known.size + 1;
        known.set(key, code);
      }
      codes[start + i] = code;
    }
    start += data.length;
  }
  const keys = [...known.keys()];
  const lengths = Int32Array.from(keys, (key) => key.length);
  const all = Buffer.from(keys.join(''), 'latin1');
  return { parts: [bytesOf(codes), bytesOf(lengths), all], count: known.size };
}

/** How each type of the schema comes as Arrow, and how it is taken apart. */
const readers: Readonly<
  Record<ColumnType, { fits(type: DataType): boolean; read(table: Table, at: number): Uint8Array }>
> = {
  number: { fits: (type) => DataType.isFloat(type) || DataType.isInt(type), read: doubles },
  integer: { fits: (type) => DataType.isInt(type) && type.bitWidth === 32, read: integers },
  boolean: { fits: (type) => DataType.isBool(type), read: booleans },
  date: { fits: (type) => DataType.isDate(type) && type.unit === DateUnit.DAY, read: integers },
  timestamp: {
    fits: (type) => DataType.isTimestamp(type) && type.unit === TimeUnit.MICROSECOND,
    read: (table, at) => doubles(table, at, (micros) => micros / 1e6),
  },
  text: { fits: (type) => DataType.isUtf8(type), read: () => new Uint8Array() },
};

/**
 * Takes an Arrow IPC stream apart into raw columns, as the schema that came with the data says.
 * @throws RangeError where the data are not what their schema says; NulInText
 */
export function toRawColumns(arrow: Uint8Array, schema: DataSchema): { rows: number; columns: RawColumn[] } {
  const table = tableFromIPC(arrow);
  if (table.numCols !== schema.columns.length || table.numRows !== schema.rows)
    throw new RangeError(
      `the data have ${table.numRows} rows and ${table.numCols} columns, not what their schema says`,
    );
  const columns = schema.columns.map(({ name, type }, at): RawColumn => {
    const field = table.schema.fields[at];
    const { fits, read } = readers[type];
    if (!field || !fits(field.type))
      throw new RangeError(`column ${at + 1} of the data is ${field?.type}, its schema says ${type}`);
    if (type !== 'text') return { name, type, texts: 0, parts: [read(table, at)] };
    const { parts, count } = texts(table, at, name);
    return { name, type, texts: count, parts };
  });
  return { rows: table.numRows, columns };
}

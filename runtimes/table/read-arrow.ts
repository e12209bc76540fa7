import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { BIGINT, BOOLEAN, DOUBLE, DuckDBDataChunk, type DuckDBType, VARCHAR } from '@duckdb/node-api';
import { type Data, DataType, DateUnit, type Field, RecordBatchReader, TimeUnit } from 'apache-arrow';
import type { Upload } from './detect.ts';
import { asking, type Engine } from './engine.ts';
import { limits } from './limits.ts';
import { checkColumnCount, checkNames } from './names.ts';
import { narrowWhole } from './read-parquet.ts';
import type { Source, TypedColumn } from './source.ts';
import { refuse, shown } from './stops.ts';
import { checkTexts } from './texts.ts';

const chunkRows = 2048;
type Cell = number | bigint | boolean | string;

/** How a column of an Arrow type is carried on: what DuckDB keeps, and the value of a row that has one. */
interface Carrier {
  readonly kept: DuckDBType;
  readonly column: (c: string) => Omit<TypedColumn, 'name'>;
  read(data: Data, row: number): Cell;
}

const whole: Carrier = {
  kept: BIGINT,
  column: (c) => ({ type: 'number', sql: `CAST(${c} AS DOUBLE)` }),
  read: (data, row) => BigInt((data.values as Int32Array | BigInt64Array)[row] ?? 0),
};
const floating: Carrier = {
  kept: DOUBLE,
  column: (c) => ({ type: 'number', sql: `(CASE WHEN NOT isnan(${c}) THEN ${c} END)` }),
  read: (data, row) => (data.values as Float64Array)[row] ?? 0,
};
const boolean: Carrier = {
  kept: BOOLEAN,
  column: (sql) => ({ type: 'boolean', sql }),
  read(data, row) {
    const bit = data.offset + row;
    return ((((data.values as Uint8Array)[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
  },
};
const text: Carrier = {
  kept: VARCHAR,
  column: (sql) => ({ type: 'text', sql }),
  // Not by Arrow's own reader: it takes a mark at the beginning of a text away.
  read({ values, valueOffsets }, row) {
    const [from, to] = [Number(valueOffsets[row]), Number(valueOffsets[row + 1])];
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength).subarray(from, to);
    if (!isUtf8(bytes)) throw refuse('BAD_ENCODING', 'A text of the Arrow stream is not UTF-8.');
    return bytes.toString('utf8');
  },
};
const date = (perDay: bigint): Carrier => ({
  kept: BIGINT,
  column: (c) => ({ type: 'date', sql: `(DATE '1970-01-01' + CAST(${c} AS INTEGER))` }),
  read: (data, row) => floorDivide(BigInt((data.values as Int32Array | BigInt64Array)[row] ?? 0), perDay),
});
const timestamp = (times: bigint, per: bigint): Carrier => ({
  kept: BIGINT,
  column: (c) => ({ type: 'timestamp', sql: `make_timestamp(${c})` }),
  read: (data, row) => floorDivide(BigInt((data.values as BigInt64Array)[row] ?? 0) * times, per),
});

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

const timestamps: Readonly<Record<number, Carrier>> = {
  [TimeUnit.SECOND]: timestamp(1_000_000n, 1n),
  [TimeUnit.MILLISECOND]: timestamp(1000n, 1n),
  [TimeUnit.MICROSECOND]: timestamp(1n, 1n),
  [TimeUnit.NANOSECOND]: timestamp(1n, 1000n),
};

function carrierOf(type: DataType): Carrier | undefined {
  if (DataType.isBool(type)) return boolean;
  if (DataType.isInt(type)) return whole;
  // Half precision is kept as bits, which no reader of numbers expects.
  if (DataType.isFloat(type)) return type.precision === 0 ? undefined : floating;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return text;
  if (DataType.isDate(type)) return date(type.unit === DateUnit.DAY ? 1n : 86_400_000n);
  if (DataType.isTimestamp(type)) return timestamps[type.unit];
  return undefined;
}

function damaged(cause?: unknown): Error {
  const said = refuse(
    'BAD_ARROW',
    'The Arrow stream is damaged: it cannot be read.',
    {},
    'Write it again, as an uncompressed IPC stream.',
  );
  return cause === undefined ? said : Object.assign(said, { cause });
}

/** Whatever Arrow's reader throws at a damaged stream is a refusal; our own refusals pass. */
async function asArrow<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (
      error instanceof RangeError ||
      error instanceof TypeError ||
      (error instanceof Error && error.constructor === Error)
    )
      throw damaged(error);
    throw error;
  }
}

function isThere({ nullCount, nullBitmap, offset }: Data, row: number): boolean {
  if (nullCount === 0 || !nullBitmap || nullBitmap.length === 0) return true;
  const bit = offset + row;
  return (((nullBitmap[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
}

/** Buffers as long as the rows that a batch says it has: what is not there must not become a value. */
function requireWhole(data: Data, rows: number): void {
  const bits = Math.ceil((data.offset + rows) / 8);
  const { nullBitmap, values, valueOffsets } = data;
  if (data.length !== rows) throw damaged();
  const isText = DataType.isUtf8(data.type) || DataType.isLargeUtf8(data.type);
  // Before anything is counted: Arrow counts missing values over as many rows as a batch says it has.
  const held = isText ? valueOffsets.length - 1 : values.length;
  if (held < (DataType.isBool(data.type) ? bits : rows)) throw damaged();
  if (nullBitmap && nullBitmap.length > 0 && nullBitmap.length < bits) throw damaged();
  if (!isText) return;
  if (Number(valueOffsets[rows]) > values.length) throw damaged();
  for (let i = 0; i < rows; i += 1)
    if (Number(valueOffsets[i]) < 0 || Number(valueOffsets[i]) > Number(valueOffsets[i + 1])) throw damaged();
}

function requireTypes(fields: readonly Field[]): readonly Carrier[] {
  return fields.map(({ name, type }) => {
    const carrier = carrierOf(type);
    if (carrier) return carrier;
    throw refuse(
      DataType.isStruct(type) || DataType.isList(type) || DataType.isMap(type)
        ? 'NESTED_VALUE'
        : 'UNSUPPORTED_TYPE',
      `Column "${shown(name)}" has the type ${String(type).slice(0, 60)}, which cannot be read.`,
      { column: name },
      'Columns may be booleans, integers, floating point numbers, dates, timestamps and texts, not encoded as a dictionary.',
    );
  });
}

/** Reads an Arrow IPC stream whose columns have plain types. */
export async function readArrow(
  engine: Engine,
  upload: Upload,
  notes: string[],
): Promise<{ source: Source; typed: TypedColumn[] }> {
  const reader = await asArrow(async () => RecordBatchReader.from(createReadStream(upload.file)));
  await asArrow(async () => reader.open({ autoDestroy: false }));
  const fields = reader.schema?.fields ?? [];
  if (fields.length === 0) throw refuse('EMPTY_FILE', 'The Arrow stream has no columns.');
  // Arrow's own reader takes a name that is not there for null.
  if (fields.some(({ name }) => typeof name !== 'string')) throw damaged();
  checkColumnCount(fields.length);
  const { names, trimmed } = checkNames(fields.map(({ name }) => name));
  if (trimmed > 0) notes.push(`Blanks around column names were removed (${trimmed} of them).`);
  const carriers = requireTypes(fields);
  const list = carriers.map(({ kept }, i) => `c${i} ${kept}`).join(', ');
  await engine.rows(`CREATE TABLE raw (${list})`);
  const rows = await appendBatches(engine, reader, carriers);
  if (rows === 0) throw refuse('HEADER_ONLY', 'The Arrow stream has columns, but no rows.');
  const source: Source = { from: 'raw', rows, columns: [] };
  const columns = names.map(
    (name, i): TypedColumn => ({ name, ...(carriers[i] as Carrier).column(`c${i}`) }),
  );
  const texts = columns.flatMap(({ type, name, sql }) => (type === 'text' ? [{ name, sql }] : []));
  await checkTexts(engine, source.from, texts);
  const types = carriers.map((carrier) => (carrier === whole ? 'BIGINT' : ''));
  return { source, typed: await narrowWhole(engine, source, columns, types) };
}

async function appendBatches(
  engine: Engine,
  reader: Awaited<ReturnType<typeof RecordBatchReader.from>>,
  carriers: readonly Carrier[],
): Promise<number> {
  const appender = await asking(() => engine.connection.createAppender('raw'));
  const types = carriers.map(({ kept }) => kept);
  let rows = 0;
  const batches = (reader as AsyncIterable<{ numRows: number; data: Data }>)[Symbol.asyncIterator]
    ? (reader as AsyncIterable<{ numRows: number; data: Data }>)
    : undefined;
  if (!batches) throw damaged();
  await asArrow(async () => {
    for await (const { numRows, data } of batches) {
      rows += numRows;
      if (rows > limits.rows) throw refuse('TOO_MANY_ROWS', `The file has more than ${limits.rows} rows.`);
      const columns = data.children;
      if (columns.length !== carriers.length) throw damaged();
      for (const column of columns) requireWhole(column, numRows);
      for (let start = 0; start < numRows; start += chunkRows) {
        const n = Math.min(chunkRows, numRows - start);
        const chunk = DuckDBDataChunk.create(types, n);
        for (const [i, carrier] of carriers.entries()) {
          const column = columns[i] as Data;
          const cells: (Cell | null)[] = new Array(n);
          for (let k = 0; k < n; k += 1)
            cells[k] = isThere(column, start + k) ? carrier.read(column, start + k) : null;
          chunk.setColumnValues(i, cells);
        }
        await asking(async () => appender.appendDataChunk(chunk));
      }
    }
  });
  await asking(async () => appender.closeSync());
  return rows;
}

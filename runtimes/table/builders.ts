import type { ColumnType } from '@assay/sdk';
import type { DuckDBVector } from '@duckdb/node-api';
import { getStringBytes } from '@duckdb/node-api/lib/vectors/dataAccessors.js';
import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Float64,
  Int32,
  makeData,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';

/** Arrow types by column type; every column may be missing, none is a dictionary. */
export const arrowTypes: Readonly<Record<ColumnType, () => DataType>> = {
  boolean: () => new Bool(),
  integer: () => new Int32(),
  number: () => new Float64(),
  date: () => new DateDay(),
  timestamp: () => new TimestampMicrosecond('UTC'),
  text: () => new Utf8(),
};

/**
 * Inside of DuckDB's vectors. They keep their memory private and offer a call a cell, which costs tens of times
 * what copying does; the version is pinned, and a test compares every type value by value.
 */
interface VectorMemory {
  readonly items: Float64Array | Int32Array | BigInt64Array;
  readonly dataView: DataView;
  readonly validity: { readonly data: BigUint64Array | null; readonly offset: number };
}

/** Collects the rows of one column until a record batch is full. */
export interface ColumnBuilder {
  /** Bytes held, as far as they grow with the values. */
  readonly bytes: number;
  append(vector: DuckDBVector, at: number, count: number): void;
  /** The batch, over memory that the next `append` writes into: it is to be written out before. */
  take(rows: number): Data;
}

/** Validity bits of a batch, Arrow's way: bit set where there is a value. */
class Validity {
  readonly #bits: Uint8Array;
  missing = 0;
  constructor(capacity: number) {
    this.#bits = new Uint8Array(Math.ceil(capacity / 64) * 8).fill(0xff);
  }
  /** @returns the rows of the vector that are missing, or undefined where none is */
  append({ validity }: VectorMemory, at: number, count: number): number[] | undefined {
    if (!validity.data) return undefined;
    const { data, offset } = validity;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const gone: number[] = [];
    for (let i = 0; i < count; i += 1) {
      const from = offset + i;
      const byte = bytes[from >> 3] as number;
      if (byte === 0xff && (from & 7) === 0) {
        i += 7;
        continue;
      }
      if (byte & (1 << (from & 7))) continue;
      const to = at + i;
      this.#bits[to >> 3] = (this.#bits[to >> 3] as number) & ~(1 << (to & 7));
      gone.push(i);
    }
    this.missing += gone.length;
    return gone;
  }
  take(rows: number): { nullCount: number; nullBitmap: Uint8Array | null } {
    const taken = {
      nullCount: this.missing,
      nullBitmap: this.missing === 0 ? null : this.#bits.slice(0, Math.ceil(rows / 8)),
    };
    this.#bits.fill(0xff);
    this.missing = 0;
    return taken;
  }
}

const memoryOf = (vector: DuckDBVector) => vector as unknown as VectorMemory;

function fixedBuilder(type: 'integer' | 'number' | 'date' | 'timestamp', capacity: number): ColumnBuilder {
  const arrays = { integer: Int32Array, date: Int32Array, number: Float64Array, timestamp: BigInt64Array };
  const values = new arrays[type](capacity);
  const validity = new Validity(capacity);
  const zero = type === 'timestamp' ? 0n : 0;
  return {
    bytes: 0,
    append(vector, at, count) {
      const memory = memoryOf(vector);
      values.set(memory.items.subarray(0, count) as never, at);
      // What lies under a missing value is left over from others: never written out.
      for (const i of validity.append(memory, at, count) ?? []) values[at + i] = zero as never;
    },
    take: (rows) =>
      makeData({
        type: arrowTypes[type]() as Float64,
        length: rows,
        data: values.subarray(0, rows) as Float64Array,
        ...validity.take(rows),
      }),
  };
}

function booleanBuilder(capacity: number): ColumnBuilder {
  const bits = new Uint8Array(Math.ceil(capacity / 8));
  const validity = new Validity(capacity);
  return {
    bytes: 0,
    append(vector, at, count) {
      const memory = memoryOf(vector);
      const gone = new Set(validity.append(memory, at, count));
      for (let i = 0; i < count; i += 1) {
        const to = at + i;
        if (memory.dataView.getUint8(i) !== 0 && !gone.has(i))
          bits[to >> 3] = (bits[to >> 3] as number) | (1 << (to & 7));
      }
    },
    take(rows) {
      const data = bits.slice(0, Math.ceil(rows / 8));
      bits.fill(0);
      return makeData({ type: new Bool(), length: rows, data, ...validity.take(rows) });
    },
  };
}

class TextBuilder implements ColumnBuilder {
  #data = new Uint8Array(4096);
  readonly #offsets: Int32Array;
  readonly #validity: Validity;
  bytes = 0;
  constructor(capacity: number) {
    this.#offsets = new Int32Array(capacity + 1);
    this.#validity = new Validity(capacity);
  }
  #room(more: number): void {
    if (this.bytes + more <= this.#data.length) return;
    const grown = new Uint8Array(Math.max(this.#data.length * 2, this.bytes + more));
    grown.set(this.#data.subarray(0, this.bytes));
    this.#data = grown;
  }
  append(vector: DuckDBVector, at: number, count: number): void {
    const memory = memoryOf(vector);
    const { dataView } = memory;
    const source = new Uint8Array(dataView.buffer, dataView.byteOffset, dataView.byteLength);
    const gone = this.#validity.append(memory, at, count);
    let nextGone = 0;
    for (let i = 0; i < count; i += 1) {
      if (gone && gone[nextGone] === i) {
        nextGone += 1;
      } else {
        const from = i * 16;
        const length = dataView.getUint32(from, true);
        this.#room(length);
        // Up to twelve bytes stand in the vector itself; copying them needs no call into the engine.
        if (length > 12) this.#data.set(getStringBytes(dataView, from), this.bytes);
        else for (let b = 0; b < length; b += 1) this.#data[this.bytes + b] = source[from + 4 + b] as number;
        this.bytes += length;
      }
      this.#offsets[at + i + 1] = this.bytes;
    }
  }
  take(rows: number): Data {
    const taken = makeData({
      type: new Utf8(),
      length: rows,
      data: this.#data.subarray(0, this.bytes),
      valueOffsets: this.#offsets.subarray(0, rows + 1),
      ...this.#validity.take(rows),
    });
    this.bytes = 0;
    return taken;
  }
}

export function createBuilder(type: ColumnType, capacity: number): ColumnBuilder {
  if (type === 'text') return new TextBuilder(capacity);
  if (type === 'boolean') return booleanBuilder(capacity);
  return fixedBuilder(type, capacity);
}

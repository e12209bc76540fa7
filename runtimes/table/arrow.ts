import { open } from 'node:fs/promises';
import type { DuckDBDataChunk } from '@duckdb/node-api';
import {
  AsyncByteQueue,
  type Data,
  Field,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
} from 'apache-arrow';
import { arrowTypes, createBuilder } from './builders.ts';
import { asking, type Engine } from './engine.ts';
import { MomentCounter, type Moments } from './moments.ts';
import type { TypedColumn } from './source.ts';

const batchRows = 65_536;
const batchCells = 4_000_000;
const batchTextBytes = 32 * 1024 * 1024;
const vectorRows = 2048;

/** Takes what the writer gives at once, so that a batch is on the disk before the next is built. */
class Collector extends AsyncByteQueue<Uint8Array> {
  parts: Uint8Array[] = [];
  override write(part: Uint8Array): void {
    this.parts.push(part);
  }
}

/** What the pass over all values saw of one column. */
export interface ColumnPass {
  missing: number;
  readonly moments?: Moments;
}

/** Pieces of a result, the next one being made while this one is used. */
async function* chunksOf(engine: Engine, sql: string): AsyncGenerator<DuckDBDataChunk, void> {
  const result = await asking(() => engine.connection.stream(sql));
  let coming = result.fetchChunk();
  try {
    for (;;) {
      const chunk = await asking(() => coming);
      if (!chunk || chunk.rowCount === 0) return;
      coming = result.fetchChunk();
      yield chunk;
    }
  } finally {
    // Where the reader left early the engine is still at work; its answer matters no more, but its end does.
    await coming.catch(() => undefined);
  }
}

/**
 * Writes the stored table as an Arrow IPC stream in batches of bounded size, and counts what it passes.
 * @param stored table with columns c0, c1, ... in the order of `columns`
 */
export async function writeArrow(
  engine: Engine,
  stored: string,
  columns: readonly TypedColumn[],
  file: string,
): Promise<{ rows: number; passes: ColumnPass[] }> {
  const capacity = Math.max(
    vectorRows,
    Math.min(batchRows, Math.floor(batchCells / columns.length / vectorRows) * vectorRows),
  );
  const builders = columns.map(({ type }) => createBuilder(type, capacity));
  const missing = columns.map(() => 0);
  const counters = columns.map(({ type }) =>
    type === 'integer' || type === 'number' ? new MomentCounter() : undefined,
  );
  const schema = new Schema(columns.map(({ name, type }) => new Field(name, arrowTypes[type](), true)));
  const struct = new Struct(schema.fields);
  const sink = new Collector();
  const writer = new RecordBatchStreamWriter();
  writer.reset(sink as never, schema);
  const handle = await open(file, 'wx', 0o600);
  const drain = async () => {
    const { parts } = sink;
    sink.parts = [];
    for (const part of parts) await handle.writeFile(part);
  };
  let rows = 0;
  let written = 0;
  const flush = async () => {
    const children = builders.map((builder): Data => builder.take(rows));
    for (const [i, child] of children.entries()) {
      missing[i] = (missing[i] ?? 0) + child.nullCount;
      counters[i]?.add(child.values, child.nullCount > 0 ? child.nullBitmap : null);
    }
    writer.write(new RecordBatch(schema, makeData({ type: struct, length: rows, nullCount: 0, children })));
    written += rows;
    rows = 0;
    await drain();
  };
  try {
    for await (const chunk of chunksOf(engine, `SELECT * FROM ${stored}`)) {
      const count = chunk.rowCount;
      const held = builders.reduce((sum, builder) => sum + builder.bytes, 0);
      if (rows + count > capacity || held > batchTextBytes) await flush();
      for (const [i, builder] of builders.entries()) builder.append(chunk.getColumnVector(i), rows, count);
      rows += count;
    }
    if (rows > 0) await flush();
    writer.finish();
    await drain();
  } finally {
    await handle.close();
  }
  const passes = columns.map((_, i) => {
    const moments = counters[i]?.end();
    return { missing: missing[i] ?? 0, ...(moments ? { moments } : {}) };
  });
  return { rows: written, passes };
}

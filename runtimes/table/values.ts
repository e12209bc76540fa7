import type { ColumnType } from '@assay/sdk';
import type { Engine, Row } from './engine.ts';
import type { TypedColumn } from './source.ts';

/** What grouping the values of a column says of it. */
export interface ColumnValues {
  readonly distinct: number;
  /** Characters of the longest text. */
  readonly longest: number;
  /** Most frequent values as DuckDB's shortest exact text; ties go by value, so that every run says the same. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** Earliest and latest, of dates and times. */
  readonly low: string | undefined;
  readonly high: string | undefined;
  /** First quartile, median and third quartile (type 7) of the finite values. */
  readonly quartiles: readonly number[];
}

/** Cells that one query groups: many small columns together, large ones alone. */
const cellsAtOnce = 2_000_000;
/** Beyond these, columns are copied out in batches: a query's cost grows with the width of what it reads from. */
const widest = 250;
const mostTogether = 1000;

export const isNumeric = (type: ColumnType) => type === 'integer' || type === 'number';
const isTime = (type: ColumnType) => type === 'date' || type === 'timestamp';

/** Columns that are looked at together, and the table that has them. */
export interface Batch {
  readonly from: string;
  readonly indices: readonly number[];
}

/** Goes through the columns in batches that stay small. */
export async function* batchesOf(
  engine: Engine,
  stored: string,
  columns: readonly TypedColumn[],
  rows: number,
): AsyncGenerator<Batch, void> {
  const size = Math.max(1, Math.min(mostTogether, Math.floor(cellsAtOnce / rows)));
  for (let i = 0; i < columns.length; i += size) {
    const indices = columns.slice(i, i + size).map((_, k) => i + k);
    if (columns.length <= widest) {
      yield { from: stored, indices };
      continue;
    }
    const list = indices.map((index) => `c${index}`).join(', ');
    await engine.rows(`CREATE OR REPLACE TABLE batch AS SELECT ${list} FROM ${stored}`);
    yield { from: 'batch', indices };
  }
  if (columns.length > widest) await engine.rows('DROP TABLE batch');
}

/** Columns of one type below each other: `k` says which one, `v` is the value. */
function stacked({ from, indices }: Batch): string {
  const [only] = indices;
  if (indices.length === 1) return `(SELECT 0 AS k, c${only} AS v FROM ${from})`;
  const list = indices.map((index) => `c${index}`).join(', ');
  return `(SELECT unnest(range(${indices.length})) AS k, unnest([${list}]) AS v FROM ${from})`;
}

/** Rows of a query over stacked columns, by the index of the column. */
async function byColumn(engine: Engine, { indices }: Batch, sql: string): Promise<Map<number, Row>> {
  const rows = await engine.rows(sql);
  return new Map(rows.map((row) => [indices[Number(row.k)] as number, row]));
}

async function describeType(
  engine: Engine,
  batch: Batch,
  type: ColumnType,
  into: Map<number, ColumnValues>,
): Promise<void> {
  const long = stacked(batch);
  const ends = (what: string) => (isTime(type) ? `CAST(${what}(v) AS VARCHAR)` : 'NULL');
  const found = await byColumn(
    engine,
    batch,
    `SELECT k, count(*) AS distinct_values, ${type === 'text' ? 'max(length(v))' : '0'} AS longest,
       CAST(min({'n': -n, 'v': v}, 10) AS STRUCT(n BIGINT, v VARCHAR)[]) AS top,
       ${ends('min')} AS low, ${ends('max')} AS high
     FROM (SELECT k, v, count(*) AS n FROM ${long} WHERE v IS NOT NULL GROUP BY k, v) GROUP BY k`,
  );
  const quartiles = isNumeric(type)
    ? await byColumn(
        engine,
        batch,
        `SELECT k, quantile_cont(CAST(v AS DOUBLE), [0.25, 0.5, 0.75]) AS q
         FROM ${long} WHERE isfinite(v) GROUP BY k`,
      )
    : new Map<number, Row>();
  for (const index of batch.indices) {
    const row = found.get(index);
    const top = (row?.top ?? []) as readonly { n: bigint | number; v: string }[];
    into.set(index, {
      distinct: Number(row?.distinct_values ?? 0),
      longest: Number(row?.longest ?? 0),
      top: top.map(({ n, v }) => ({ value: v, count: -Number(n) })),
      low: row?.low == null ? undefined : String(row.low),
      high: row?.high == null ? undefined : String(row.high),
      quartiles: (quartiles.get(index)?.q ?? []) as number[],
    });
  }
}

/** The columns of a batch, those of one type at a time. */
function byType(batch: Batch, columns: readonly TypedColumn[]): Map<ColumnType, Batch> {
  const groups = new Map<ColumnType, number[]>();
  for (const index of batch.indices) {
    const { type } = columns[index] as TypedColumn;
    groups.set(type, [...(groups.get(type) ?? []), index]);
  }
  return new Map([...groups].map(([type, indices]) => [type, { from: batch.from, indices }]));
}

/** Groups the values of the columns of a batch. */
export async function describeValues(
  engine: Engine,
  batch: Batch,
  columns: readonly TypedColumn[],
): Promise<Map<number, ColumnValues>> {
  const into = new Map<number, ColumnValues>();
  for (const [type, part] of byType(batch, columns)) await describeType(engine, part, type, into);
  return into;
}

/** Sorted distinct values of the columns of a batch, as text: numbers by size, text by code point. */
export async function listLevels(
  engine: Engine,
  batch: Batch,
  columns: readonly TypedColumn[],
): Promise<Map<number, readonly string[]>> {
  const levels = new Map<number, readonly string[]>();
  for (const [, part] of byType(batch, columns)) {
    const found = await byColumn(
      engine,
      part,
      `SELECT k, list(CAST(v AS VARCHAR) ORDER BY v) AS levels
       FROM (SELECT DISTINCT k, v FROM ${stacked(part)} WHERE v IS NOT NULL) GROUP BY k`,
    );
    for (const [index, row] of found) levels.set(index, row.levels as string[]);
  }
  return levels;
}

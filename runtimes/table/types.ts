import type { ColumnType } from '@assay/sdk';
import type { Engine } from './engine.ts';
import type { RawColumn, Source, TypedColumn } from './source.ts';
import { shown } from './stops.ts';

/** Values that are looked at before all of them are: one that does not fit rules a type out. */
const sampleRows = 10_000;
const mostBeside = 20;
const stackedAtOnce = 1000;
const mostRowNotes = 20;

const patterns = {
  integer: '0|[+-]?[1-9][0-9]{0,9}',
  number: '[+-]?(?:(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?',
  date: '[0-9]{4}-[0-9]{2}-[0-9]{2}',
  timestamp:
    '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]+)?)?(?: ?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?))?',
} as const;

type Tried = Exclude<ColumnType, 'text'>;

/** SQL that is true for a text that is a value of the type. */
const fits: Readonly<Record<Tried, (v: string) => string>> = {
  boolean: (v) => `lower(${v}) IN ('true', 'false')`,
  // The smallest 32-bit number is R's own mark of a missing integer.
  integer: (v) =>
    `regexp_full_match(${v}, '${patterns.integer}') AND TRY_CAST(${v} AS INTEGER) > -2147483648`,
  number: (v) => `regexp_full_match(${v}, '${patterns.number}') AND isfinite(TRY_CAST(${v} AS DOUBLE))`,
  date: (v) => `regexp_full_match(${v}, '${patterns.date}') AND TRY_CAST(${v} AS DATE) IS NOT NULL`,
  timestamp: (v) =>
    `regexp_full_match(${v}, '${patterns.timestamp}') AND TRY_CAST(${v} AS TIMESTAMPTZ) IS NOT NULL`,
};

const casts: Readonly<Record<ColumnType, (v: string) => string>> = {
  boolean: (v) => `CAST(lower(${v}) AS BOOLEAN)`,
  integer: (v) => `CAST(${v} AS INTEGER)`,
  number: (v) => `CAST(${v} AS DOUBLE)`,
  date: (v) => `CAST(${v} AS DATE)`,
  timestamp: (v) => `(CAST(${v} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')`,
  text: (v) => v,
};

interface Counts {
  /** Values that are not missing. */
  readonly present: number;
  readonly fitting: ReadonlyMap<ColumnType, number>;
}

type Wanted = ReadonlyMap<number, readonly ColumnType[]>;

/** SQL that counts the values of `v` that fit a type. An aggregate's own FILTER costs memory by the square of them. */
const counting = (type: ColumnType, v: string) => `count(CASE WHEN ${fits[type as Tried](v)} THEN 1 END)`;

/** Few columns: side by side, in one pass. */
async function countBeside(
  engine: Engine,
  source: Source,
  from: string,
  wanted: Wanted,
): Promise<Map<number, Counts>> {
  const parts = [...wanted].flatMap(([index, types]) => {
    const { value } = source.columns[index] as RawColumn;
    return [
      `count(${value}) AS n${index}`,
      ...types.map((type) => `${counting(type, value)} AS n${index}_${type}`),
    ];
  });
  const [row] = await engine.rows(`SELECT ${parts.join(', ')} FROM ${from}`);
  const counted = ([index, types]: readonly [number, readonly ColumnType[]]) =>
    [
      index,
      {
        present: Number(row?.[`n${index}`]),
        fitting: new Map(types.map((type) => [type, Number(row?.[`n${index}_${type}`])])),
      },
    ] as const;
  return new Map([...wanted].map(counted));
}

/** Many columns: below each other, those with the same question in one pass. */
async function countStacked(
  engine: Engine,
  source: Source,
  from: string,
  wanted: Wanted,
): Promise<Map<number, Counts>> {
  const groups = new Map<string, { types: readonly ColumnType[]; indices: number[] }>();
  for (const [index, types] of wanted) {
    const key = types.join();
    const group = groups.get(key) ?? { types, indices: [] };
    group.indices.push(index);
    groups.set(key, group);
  }
  const result = new Map<number, Counts>();
  for (const { types, indices } of groups.values())
    for (let i = 0; i < indices.length; i += stackedAtOnce) {
      const batch = indices.slice(i, i + stackedAtOnce);
      const values = batch.map((index) => source.columns[index]?.value).join(', ');
      const counts = types.map((type) => `, ${counting(type, 'v')} AS n_${type}`).join('');
      const rows = await engine.rows(
        `SELECT k, count(v) AS n${counts}
         FROM (SELECT unnest(range(${batch.length})) AS k, unnest([${values}]) AS v FROM ${from}) GROUP BY k`,
      );
      for (const row of rows)
        result.set(batch[Number(row.k)] as number, {
          present: Number(row.n),
          fitting: new Map(types.map((type) => [type, Number(row[`n_${type}`])])),
        });
    }
  return result;
}

/** Counts, for some columns, the values that are there and those that fit each type asked about. */
const count: typeof countBeside = (engine, source, from, wanted) =>
  (wanted.size <= mostBeside ? countBeside : countStacked)(engine, source, from, wanted);

/** What is worth asking of all rows, after a look at the first ones. */
async function narrow(engine: Engine, source: Source): Promise<Wanted> {
  const wanted = new Map<number, readonly ColumnType[]>();
  source.columns.forEach((column, index) => {
    wanted.set(index, column.candidates);
  });
  if (source.rows <= sampleRows) return wanted;
  const sample = await count(engine, source, `(SELECT * FROM ${source.from} LIMIT ${sampleRows})`, wanted);
  for (const [index, { present, fitting }] of sample) {
    const candidates = source.columns[index]?.candidates ?? [];
    const left = candidates.filter((type) => fitting.get(type) === present);
    // Numbers with a few exceptions get a note, so they are counted although they end as text.
    const mostlyNumbers = (fitting.get('number') ?? 0) > present / 2;
    if (mostlyNumbers && !left.includes('number')) wanted.set(index, [...left, 'number']);
    else wanted.set(index, left);
  }
  return wanted;
}

async function firstUnfitting(engine: Engine, source: Source, value: string): Promise<number> {
  const [row] = await engine.rows(
    `SELECT min(i) AS first FROM (SELECT row_number() OVER () AS i, ${value} AS v FROM ${source.from})
     WHERE v IS NOT NULL AND NOT coalesce(${fits.number('v')}, false)`,
  );
  return Number(row?.first);
}

/**
 * Decides the type of every column: the narrowest that all its values have, else text.
 * @param firstRow number of the first row of data in the file
 * @param notes is told what a reader may not expect
 */
export async function decideTypes(
  engine: Engine,
  source: Source,
  firstRow: number,
  notes: string[],
): Promise<TypedColumn[]> {
  const counted = await count(engine, source, source.from, await narrow(engine, source));
  const typed: TypedColumn[] = [];
  let rowNotes = 0;
  for (const [index, column] of source.columns.entries()) {
    const { present, fitting } = counted.get(index) as Counts;
    const type = present === 0 ? undefined : column.candidates.find((t) => fitting.get(t) === present);
    const chosen = type ?? 'text';
    typed.push({
      name: column.name,
      type: chosen,
      sql: casts[chosen](chosen === 'text' ? column.text : column.value),
    });
    const numbers = fitting.get('number') ?? 0;
    if (chosen === 'text' && numbers < present && numbers > 0.9 * present && rowNotes < mostRowNotes) {
      rowNotes += 1;
      const row = (await firstUnfitting(engine, source, column.value)) + firstRow - 1;
      notes.push(
        `Column "${shown(column.name)}" is text: ${present - numbers} of ${present} values are not numbers, the first in row ${row}.`,
      );
    }
  }
  return typed;
}

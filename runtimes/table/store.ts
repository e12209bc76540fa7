import { type Engine, identifier, literal } from './engine.ts';
import type { Source, TypedColumn } from './source.ts';
import { shown } from './stops.ts';

const cellsPerGroup = 20_000_000;

/**
 * Writes the typed table as Parquet under its true names.
 * @returns SQL to read it again, with columns c0, c1, ... by position
 */
export async function writeParquet(
  engine: Engine,
  source: Source,
  columns: readonly TypedColumn[],
  file: string,
  notes: string[],
): Promise<string> {
  const group = Math.max(2048, Math.min(122_880, Math.floor(cellsPerGroup / columns.length / 2048) * 2048));
  const list = columns.map(({ name, sql }) => `${sql} AS ${identifier(name)}`).join(', ');
  await engine.rows(
    `COPY (SELECT ${list} FROM ${source.from}) TO ${literal(file)}
     (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${group})`,
  );
  const seen = new Set<string>();
  for (const { name } of columns) {
    const folded = name.toLowerCase();
    if (seen.has(folded))
      notes.push(
        `The Parquet file has another name for column "${shown(name)}", since a name that differs only in case is taken.`,
      );
    seen.add(folded);
  }
  await engine.rows(
    `CREATE VIEW stored AS SELECT * FROM read_parquet(${literal(file)}) AS t(${columns.map((_, i) => `c${i}`).join(', ')})`,
  );
  return 'stored';
}

import type { Upload } from './detect.ts';
import { type Engine, EngineError, literal } from './engine.ts';
import { limits } from './limits.ts';
import { checkNames } from './names.ts';
import type { Source, TypedColumn } from './source.ts';
import { refuse, shown } from './stops.ts';
import { checkTexts } from './texts.ts';

const wholeNumbers = ['UINTEGER', 'BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT'];

/** How a column of a DuckDB type is carried on; undefined where it cannot be. */
function convert(type: string, c: string): Omit<TypedColumn, 'name'> | undefined {
  const base = type.replace(/\(.*$/, '');
  if (base === 'BOOLEAN') return { type: 'boolean', sql: c };
  if (['TINYINT', 'SMALLINT', 'INTEGER', 'UTINYINT', 'USMALLINT'].includes(base))
    return { type: 'integer', sql: `CAST(${c} AS INTEGER)` };
  if (['FLOAT', 'DOUBLE', 'DECIMAL', ...wholeNumbers].includes(base)) {
    const number = `CAST(${c} AS DOUBLE)`;
    const floating = base === 'FLOAT' || base === 'DOUBLE';
    return {
      type: 'number',
      sql: floating ? `(CASE WHEN NOT isnan(${c}) THEN ${number} END)` : number,
    };
  }
  if (base === 'DATE') return { type: 'date', sql: `(CASE WHEN isfinite(${c}) THEN ${c} END)` };
  if (base === 'TIMESTAMP WITH TIME ZONE') return { type: 'timestamp', sql: `(${c} AT TIME ZONE 'UTC')` };
  if (base.startsWith('TIMESTAMP'))
    return { type: 'timestamp', sql: `(CASE WHEN isfinite(${c}) THEN CAST(${c} AS TIMESTAMP) END)` };
  if (['VARCHAR', 'UUID', 'TIME', 'ENUM'].includes(base))
    return { type: 'text', sql: `CAST(${c} AS VARCHAR)` };
  return undefined;
}

interface Found {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly rows: number;
}

/** What DuckDB cannot read is a damaged file. */
export async function asParquet<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const encrypted = /encrypt/i.test(String(error.cause));
    throw refuse(
      'BAD_PARQUET',
      encrypted ? 'The Parquet file is encrypted.' : 'The Parquet file is damaged: it cannot be read.',
      {},
      'Export it again, not encrypted.',
    );
  }
}

async function inspect(engine: Engine, file: string): Promise<Found> {
  const schema = await engine.rows(`SELECT name, num_children FROM parquet_schema(${file})`);
  const names: string[] = [];
  // Depth first: a group is followed by its children, which are no columns of ours.
  let skip = 0;
  for (const { name, num_children } of schema.slice(1)) {
    if (skip === 0) names.push(String(name));
    else skip -= 1;
    skip += Number(num_children ?? 0);
  }
  const described = await engine.rows(`DESCRIBE SELECT * FROM read_parquet(${file})`);
  const [count] = await engine.rows(`SELECT count(*) AS n FROM read_parquet(${file})`);
  return { names, types: described.map((row) => String(row.column_type)), rows: Number(count?.n) };
}

/** Whole numbers that fit 32 bits become integers; others lose digits beyond 2^53, which is noted. */
export async function narrowWhole(
  engine: Engine,
  source: Source,
  columns: readonly TypedColumn[],
  types: readonly string[],
): Promise<TypedColumn[]> {
  const wide = columns.flatMap((_, i) => (wholeNumbers.includes(types[i] ?? '') ? [i] : []));
  if (wide.length === 0) return [...columns];
  const asked = wide.map(
    (i) => `coalesce(min(c${i}) >= -2147483647 AND max(c${i}) <= 2147483647, false) AS n${i}`,
  );
  const [row] = await engine.rows(`SELECT ${asked.join(', ')} FROM ${source.from}`);
  return columns.map((column, i) =>
    row?.[`n${i}`] === true ? { ...column, type: 'integer', sql: `CAST(c${i} AS INTEGER)` } : column,
  );
}

/** Reads a Parquet file whose columns have plain types. */
export async function readParquet(
  engine: Engine,
  upload: Upload,
  notes: string[],
): Promise<{ source: Source; typed: TypedColumn[] }> {
  const file = literal(upload.file);
  const { names: raw, types, rows } = await asParquet(() => inspect(engine, file));
  const { names, trimmed } = checkNames(raw);
  if (trimmed > 0) notes.push(`Blanks around column names were removed (${trimmed} of them).`);
  if (names.length === 0) throw refuse('EMPTY_FILE', 'The Parquet file has no columns.');
  if (rows === 0) throw refuse('HEADER_ONLY', 'The Parquet file has columns, but no rows.');
  if (rows > limits.rows) throw refuse('TOO_MANY_ROWS', `The file has more than ${limits.rows} rows.`);
  const source: Source = {
    from: `read_parquet(${file}) AS t(${names.map((_, i) => `c${i}`).join(', ')})`,
    rows,
    columns: [],
  };
  const columns = names.map((name, i): TypedColumn => {
    const type = types[i] ?? '';
    const converted = convert(type, `c${i}`);
    if (converted) return { name, ...converted };
    const nested = /^(STRUCT|MAP|LIST|UNION|VARIANT)|\]$/.test(type);
    throw refuse(
      nested ? 'NESTED_VALUE' : 'UNSUPPORTED_TYPE',
      `Column "${shown(name)}" has the type ${type.slice(0, 60)}, which is not one plain value a cell.`,
      { column: name },
      'Flatten it, convert it to text, or leave it out.',
    );
  });
  return asParquet(async () => {
    const texts = columns.flatMap(({ type, name, sql }) => (type === 'text' ? [{ name, sql }] : []));
    await checkTexts(engine, source.from, texts);
    return { source, typed: await narrowWhole(engine, source, columns, types) };
  });
}

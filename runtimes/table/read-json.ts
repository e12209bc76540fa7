import path from 'node:path';
import type { ColumnType } from '@assay/sdk';
import type { Upload } from './detect.ts';
import { type Engine, EngineError, literal } from './engine.ts';
import { limits } from './limits.ts';
import { checkColumnCount, checkNames } from './names.ts';
import { asUtf8, type Reading } from './read-csv.ts';
import { refuse, shown } from './stops.ts';
import { checkTexts } from './texts.ts';

const broken = 'An array of flat objects, or one flat object a line, is expected.';

/** What DuckDB says of broken JSON, without the path of the file. */
function explain(message: string): string {
  const found = /at byte (\d+) in (?:record\/value|line|object) (\d+): ([^.\n]{1,200})/.exec(message);
  // DuckDB counts the record after the one it stopped in.
  if (found) return `The JSON is broken near record ${Math.max(1, Number(found[2]) - 1)}: ${found[3]}.`;
  if (/maximum_object_size/.test(message))
    return `One object of the file is larger than ${limits.row / 1024 / 1024} MB.`;
  return 'The JSON is broken.';
}

/** Keys of all objects in the order of their first appearance; every object flat, none with a key twice. */
async function readKeys(engine: Engine, table: string): Promise<string[]> {
  const [bad] = await engine.rows(`SELECT min(i) AS row FROM ${table} WHERE NOT json_valid(json)`);
  const refuseAt = (row: number, what: string) =>
    refuse('BAD_JSON', `Record ${row} of the file ${what}.`, { row }, broken);
  if (bad?.row != null) throw refuseAt(Number(bad.row), 'is not valid JSON');
  const [other] = await engine.rows(`SELECT min(i) AS row FROM ${table} WHERE json_type(json) <> 'OBJECT'`);
  if (other?.row != null) throw refuseAt(Number(other.row), 'is not an object');
  const [twice] = await engine.rows(
    `SELECT min(i) AS row FROM ${table} WHERE len(json_keys(json)) <> list_unique(json_keys(json))`,
  );
  if (twice?.row != null)
    throw refuse(
      'DUPLICATE_COLUMN',
      `Record ${Number(twice.row)} of the file has a key twice.`,
      { row: Number(twice.row) },
      'Every key may stand once in an object.',
    );
  const keys = await engine.rows(
    `SELECT k, min(i * 100000 + p) AS first FROM (
       SELECT i, unnest(json_keys(json)) AS k, generate_subscripts(json_keys(json), 1) AS p FROM ${table}
     ) GROUP BY k ORDER BY first`,
  );
  return keys.map((row) => String(row.k));
}

/** JSON types that a key has over all objects, to the types its column may have. */
function candidatesOf(types: ReadonlySet<string>): readonly ColumnType[] {
  const numbers = ['BIGINT', 'UBIGINT', 'DOUBLE', 'HUGEINT'];
  const only = (...allowed: string[]) => [...types].every((type) => allowed.includes(type));
  if (types.size === 0) return [];
  if (only(...numbers)) return ['integer', 'number'];
  if (only('BOOLEAN')) return ['boolean'];
  if (only('VARCHAR')) return ['date', 'timestamp'];
  return [];
}

async function readTypes(
  engine: Engine,
  table: string,
  names: readonly string[],
  paths: string,
): Promise<Set<string>[]> {
  const found = await engine.rows(
    `SELECT p, t, min(i) AS row FROM (
       SELECT i, unnest(json_type(json, ${paths})) AS t, generate_subscripts(json_type(json, ${paths}), 1) AS p
       FROM ${table}
     ) WHERE t IS NOT NULL AND t <> 'NULL' GROUP BY p, t ORDER BY row, p`,
  );
  const types = names.map(() => new Set<string>());
  for (const { p, t, row } of found) {
    const name = names[Number(p) - 1] ?? '';
    if (t === 'OBJECT' || t === 'ARRAY')
      throw refuse(
        'NESTED_VALUE',
        `Record ${Number(row)} has ${t === 'OBJECT' ? 'an object' : 'a list'} as the value of "${shown(name)}".`,
        { row: Number(row), column: name },
        'A table has one plain value a cell: flatten the objects, or leave the key out.',
      );
    types[Number(p) - 1]?.add(String(t));
  }
  return types;
}

/** Reads an array of objects, or objects one after the other: every key a column, in the order they appear. */
export async function readJson(
  engine: Engine,
  upload: Upload,
  scratch: string,
  notes: string[],
): Promise<Reading> {
  const text = await asUtf8(upload, scratch, notes);
  if (text.encoding === 'windows-1252' || text.nul >= 0)
    throw refuse('BAD_ENCODING', 'The JSON is not UTF-8.', {}, 'JSON is always UTF-8; save it again.');
  const format = text.head.toString('utf8').trimStart().startsWith('[') ? 'array' : 'unstructured';
  const objects = `read_json_objects(${literal(text.file)}, format = '${format}', maximum_object_size = ${limits.row})`;
  const copy = path.join(scratch, 'objects.parquet');
  try {
    await engine.rows(
      `COPY (SELECT row_number() OVER () AS i, json::VARCHAR AS json FROM ${objects}) TO ${literal(copy)} (FORMAT parquet)`,
    );
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw refuse('BAD_JSON', explain(String(error.cause)), {}, broken);
  }
  const table = `(SELECT i, json::JSON AS json FROM read_parquet(${literal(copy)}))`;
  const [counted] = await engine.rows(`SELECT count(*) AS n FROM ${table}`);
  const rows = Number(counted?.n);
  if (rows === 0) throw refuse('EMPTY_FILE', 'The file has no objects.', {}, broken);
  if (rows > limits.rows) throw refuse('TOO_MANY_ROWS', `The file has more than ${limits.rows} rows.`);
  const keys = await readKeys(engine, table);
  if (keys.length === 0) throw refuse('EMPTY_FILE', 'The objects of the file have no keys.', {}, broken);
  checkColumnCount(keys.length);
  const { names } = checkNames(keys);
  const paths = `[${keys.map((key) => literal(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)).join(', ')}]`;
  const types = await readTypes(engine, table, names, paths);
  const raw = path.join(scratch, 'raw.parquet');
  const items = keys.map((_, i) => `x[${i + 1}] AS c${i}`).join(', ');
  await engine.rows(
    `COPY (SELECT ${items} FROM (SELECT json_extract_string(json, ${paths}) AS x FROM ${table}))
     TO ${literal(raw)} (FORMAT parquet)`,
  );
  const columns = names.map((name, i) => {
    const candidates = candidatesOf(types[i] ?? new Set());
    // NaN is no JSON, but what Python writes for a missing number.
    const value = candidates.includes('number') ? `(CASE WHEN c${i} <> 'NaN' THEN c${i} END)` : `c${i}`;
    return { name, value, text: `c${i}`, candidates };
  });
  const from = `read_parquet(${literal(raw)})`;
  await checkTexts(
    engine,
    from,
    columns.map(({ name, text: sql }) => ({ name, sql })),
  );
  for (const [i, set] of types.entries())
    if (set.size > 1 && candidatesOf(set).length === 0)
      notes.push(`Column "${shown(names[i] ?? '')}" is text: its values are of several kinds.`);
  return {
    source: { from, rows, columns },
    encoding: text.encoding,
    format: 'json',
    firstRow: 1,
  };
}

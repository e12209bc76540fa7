import type { ColumnProfile, ColumnType } from '@assay/sdk';
import type { ColumnPass } from './arrow.ts';
import type { Engine, Row } from './engine.ts';
import { limits } from './limits.ts';
import { proposeRole } from './roles.ts';
import type { TypedColumn } from './source.ts';
import { shown } from './stops.ts';

/** Cells that one query groups: many small columns together, large ones alone. */
const cellsAtOnce = 2_000_000;
const mostColumnsAtOnce = 100;
/** Characters of a frequent text that are shown. */
const topText = 200;

const isNumeric = (type: ColumnType) => type === 'integer' || type === 'number';
const isTime = (type: ColumnType) => type === 'date' || type === 'timestamp';

/** Distinct and most frequent values come from one grouping; ties go by value, so that every run says the same. */
function queryOf(stored: string, index: number, { type }: TypedColumn): string {
  const c = `c${index}`;
  const ends = (what: string) =>
    isTime(type) ? `(SELECT CAST(${what}(v) AS VARCHAR) FROM g)` : 'NULL::VARCHAR';
  const quartiles = isNumeric(type)
    ? `(SELECT quantile_cont(CAST(${c} AS DOUBLE), [0.25, 0.5, 0.75]) FILTER (isfinite(${c})) FROM ${stored})`
    : 'NULL::DOUBLE[]';
  return `(WITH g AS MATERIALIZED (SELECT ${c} AS v, count(*) AS n FROM ${stored} WHERE ${c} IS NOT NULL GROUP BY 1)
    SELECT ${index} AS i, (SELECT count(*) FROM g) AS distinct_values,
      ${type === 'text' ? '(SELECT max(length(v)) FROM g)' : 'NULL::BIGINT'} AS longest,
      (SELECT list({'v': CAST(v AS VARCHAR), 'n': n} ORDER BY n DESC, k)
       FROM (SELECT v, n, v AS k FROM g ORDER BY n DESC, v LIMIT 10)) AS top,
      ${ends('min')} AS low, ${ends('max')} AS high, ${quartiles} AS quartiles)`;
}

/** A value as the profile shows it, from DuckDB's shortest exact text. */
function toScalar(type: ColumnType, text: string): number | string | boolean {
  if (type === 'boolean') return text === 'true';
  if (isNumeric(type)) {
    const number = Number(text.replace('inf', 'Infinity'));
    return Number.isFinite(number) ? number : text;
  }
  if (type === 'timestamp') return `${text.replace(' ', 'T')}Z`;
  return text.length > topText ? `${text.slice(0, topText).toWellFormed()}…` : text;
}

const finite = <K extends string>(name: K, value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? ({ [name]: value } as Record<K, number>) : {};

function toProfile(column: TypedColumn, pass: ColumnPass, rows: number, found: Row): ColumnProfile {
  const { name, type } = column;
  const distinct = Number(found.distinct_values);
  const present = rows - pass.missing;
  const top = (found.top ?? []) as { v: string; n: bigint | number }[];
  const [q1, median, q3] = (found.quartiles ?? []) as number[];
  const { moments } = pass;
  const some = moments && moments.n > 0;
  const facts = { name, type, present, distinct, longest: Number(found.longest ?? 0) };
  return {
    name,
    type,
    ...proposeRole(facts),
    missing: pass.missing,
    distinct,
    ...(some ? { min: moments.min, max: moments.max } : {}),
    ...(found.low === null ? {} : { min: toScalar(type, String(found.low)) }),
    ...(found.high === null ? {} : { max: toScalar(type, String(found.high)) }),
    ...(some ? { ...finite('mean', moments.mean), ...finite('sd', moments.sd) } : {}),
    ...finite('q1', q1),
    ...finite('median', median),
    ...finite('q3', q3),
    top: top.map(({ v, n }) => ({ value: toScalar(type, v), count: Number(n) })),
    constant: distinct <= 1,
  };
}

/** Adds the sorted levels of columns that can be categories, as long as all of them together stay small. */
async function addLevels(
  engine: Engine,
  stored: string,
  profiles: readonly ColumnProfile[],
  notes: string[],
): Promise<ColumnProfile[]> {
  const result: ColumnProfile[] = [];
  let characters = 0;
  for (const [i, profile] of profiles.entries()) {
    if (!profile.roles.includes('category') || profile.distinct > limits.levels) {
      result.push(profile);
      continue;
    }
    const found = await engine.rows(
      `SELECT CAST(v AS VARCHAR) AS level FROM (SELECT DISTINCT c${i} AS v FROM ${stored} WHERE c${i} IS NOT NULL) ORDER BY v`,
    );
    const levels = found.map((row) => String(row.level));
    const size = levels.reduce((sum, level) => sum + level.length + 4, 0);
    if (characters + size > limits.allLevels) {
      const roles = profile.roles.filter((role) => role !== 'category');
      const role = profile.role === 'category' ? (roles[0] ?? 'text') : profile.role;
      notes.push(
        `Column "${shown(profile.name)}" is not offered as a category: there are too many levels in all.`,
      );
      result.push({ ...profile, role, roles });
      continue;
    }
    characters += size;
    result.push({ ...profile, levels });
  }
  return result;
}

/** Describes every column of the stored table. */
export async function profileColumns(
  engine: Engine,
  stored: string,
  columns: readonly TypedColumn[],
  passes: readonly ColumnPass[],
  rows: number,
  notes: string[],
): Promise<ColumnProfile[]> {
  const together = Math.max(1, Math.min(mostColumnsAtOnce, Math.floor(cellsAtOnce / rows)));
  const profiles: ColumnProfile[] = [];
  for (let i = 0; i < columns.length; i += together) {
    const batch = columns.slice(i, i + together);
    const found = await engine.rows(
      batch.map((column, k) => queryOf(stored, i + k, column)).join('\nUNION ALL\n'),
    );
    const byIndex = new Map(found.map((row) => [Number(row.i), row]));
    for (const [k, column] of batch.entries())
      profiles.push(toProfile(column, passes[i + k] as ColumnPass, rows, byIndex.get(i + k) as Row));
  }
  return addLevels(engine, stored, profiles, notes);
}

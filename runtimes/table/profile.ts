import type { ColumnProfile, ColumnType } from '@assay/sdk';
import type { ColumnPass } from './arrow.ts';
import type { Engine } from './engine.ts';
import { limits } from './limits.ts';
import { proposeRole } from './roles.ts';
import type { TypedColumn } from './source.ts';
import { shown } from './stops.ts';
import { batchesOf, type ColumnValues, describeValues, isNumeric, listLevels } from './values.ts';

/** Characters of a frequent text that are shown; fewer where columns are many, to bound the profile as a whole. */
const topText = (columns: number) => (columns > 500 ? 40 : 200);

/** A value as the profile shows it. */
function toScalar(type: ColumnType, text: string, most = 200): number | string | boolean {
  if (type === 'boolean') return text === 'true';
  if (isNumeric(type)) {
    const number = Number(text);
    return Number.isFinite(number) ? number : text;
  }
  if (type === 'timestamp') return `${text.replace(' ', 'T')}Z`;
  return text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text;
}

const finite = <K extends string>(name: K, value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? ({ [name]: value } as Record<K, number>) : {};

function toProfile(
  { name, type }: TypedColumn,
  pass: ColumnPass,
  rows: number,
  values: ColumnValues,
  most: number,
): ColumnProfile {
  const { distinct, longest, low, high, top } = values;
  const [q1, median, q3] = values.quartiles;
  const { moments } = pass;
  const some = moments && moments.n > 0;
  return {
    name,
    type,
    ...proposeRole({ name, type, present: rows - pass.missing, distinct, longest }),
    missing: pass.missing,
    distinct,
    ...(some ? { min: moments.min, max: moments.max } : {}),
    ...(low === undefined ? {} : { min: toScalar(type, low) }),
    ...(high === undefined ? {} : { max: toScalar(type, high) }),
    ...(some ? { ...finite('mean', moments.mean), ...finite('sd', moments.sd) } : {}),
    ...finite('q1', q1),
    ...finite('median', median),
    ...finite('q3', q3),
    top: top.map(({ value, count }) => ({ value: toScalar(type, value, most), count })),
    constant: distinct <= 1,
  };
}

/** A column whose levels would be too many to travel with every job. */
function withoutLevels(profile: ColumnProfile, notes: string[]): ColumnProfile {
  const roles = profile.roles.filter((role) => role !== 'category');
  const role = profile.role === 'category' ? (roles[0] ?? 'text') : profile.role;
  notes.push(
    `Column "${shown(profile.name)}" is not offered as a category: the columns have too many levels in all.`,
  );
  return { ...profile, role, roles };
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
  const profiles: ColumnProfile[] = [];
  const most = topText(columns.length);
  let characters = 0;
  for await (const batch of batchesOf(engine, stored, columns, rows)) {
    const values = await describeValues(engine, batch, columns);
    const described = batch.indices.map((index) => {
      const column = columns[index] as TypedColumn;
      return toProfile(column, passes[index] as ColumnPass, rows, values.get(index) as ColumnValues, most);
    });
    const indices = batch.indices.filter((_, k) => described[k]?.roles.includes('category'));
    const levels = await listLevels(engine, { ...batch, indices }, columns);
    for (const [k, profile] of described.entries()) {
      const own = levels.get(batch.indices[k] as number);
      const size = own?.reduce((sum, level) => sum + level.length + 4, 0) ?? 0;
      if (own && characters + size > limits.allLevels) profiles.push(withoutLevels(profile, notes));
      else profiles.push(own ? { ...profile, levels: [...own] } : profile);
      if (own && characters + size <= limits.allLevels) characters += size;
    }
  }
  return profiles;
}

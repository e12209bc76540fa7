import type { ColumnProfile, ColumnReference, Profile, ToolManifest } from '@assay/sdk';
import { isNamed } from './named.ts';

/** A parameter that takes a column, or several. */
interface ColumnParameter {
  readonly name: string;
  readonly title: string;
  readonly roles: ColumnReference['roles'];
  /** How many columns it takes at least where it is given, and at most. */
  readonly least: number;
  readonly most: number;
  readonly list: boolean;
  readonly required: boolean;
}

/** A choice that is the caller's. */
export interface OpenChoice {
  readonly parameter: string;
  readonly title: string;
  readonly choices: readonly string[];
  /** Whether several may be chosen. */
  readonly list: boolean;
}

/** How a tool and a data set go together. */
export interface Fit {
  readonly fits: boolean;
  /** What it lacks, in words. */
  readonly missing: readonly string[];
  /** Columns for its parameters, as far as data and question say them. */
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** Required ones that neither says. */
  readonly open: readonly OpenChoice[];
}

interface PropertySchema {
  readonly title?: string;
  readonly column?: ColumnReference;
  readonly items?: { readonly column?: ColumnReference };
  readonly minItems?: number;
  readonly maxItems?: number;
}

function columnParameters({ parameters }: ToolManifest, slot: string): ColumnParameter[] {
  const { properties = {}, required = [] } = parameters as {
    properties?: Record<string, PropertySchema>;
    required?: readonly string[];
  };
  return Object.entries(properties).flatMap(([name, schema]) => {
    const reference = schema.column ?? schema.items?.column;
    if (reference?.input !== slot) return [];
    const list = schema.column === undefined;
    return {
      ...{ name, title: schema.title ?? name, roles: reference.roles, list },
      least: list ? (schema.minItems ?? 1) : 1,
      most: list ? (schema.maxItems ?? Number.POSITIVE_INFINITY) : 1,
      required: required.includes(name) && (!list || (schema.minItems ?? 1) > 0),
    };
  });
}

const canBe = (column: ColumnProfile, { roles }: ColumnParameter) =>
  !column.constant && column.roles.some((role) => roles.includes(role));

const roleWords: Readonly<Record<ColumnProfile['role'], string>> = {
  numeric: 'numbers',
  category: 'categories',
  time: 'times',
  id: 'identifiers',
  text: 'text',
};

function lacking({ title, roles, least }: ColumnParameter, there: number): string {
  const kinds = roles.map((role) => roleWords[role]).join(' or ');
  const need = least === 1 ? 'a column' : `${least} columns`;
  return `“${title}” needs ${need} of ${kinds}; ${there === 0 ? 'no column can be that' : `there ${there === 1 ? 'is' : 'are'} ${there}`}`;
}

function sizeFindings({ inputs }: ToolManifest, { rows, columns }: Profile): string[] {
  const [input] = inputs;
  if (!input) return [];
  return [
    ...(inputs.length > 1
      ? [`it takes ${inputs.length} data sets: ${inputs.map((i) => i.slot).join(', ')}`]
      : []),
    ...(rows < (input.minRows ?? 0) ? [`it needs ${input.minRows} rows; there are ${rows}`] : []),
    ...(rows > (input.maxRows ?? rows) ? [`it takes ${input.maxRows} rows; there are ${rows}`] : []),
    ...(columns.length > (input.maxColumns ?? columns.length)
      ? [`it takes ${input.maxColumns} columns; there are ${columns.length}`]
      : []),
  ];
}

/**
 * Holds a tool against a data set: can its parameters be filled, and with which columns? What the question names is taken first; a
 * column is proposed where it is the only one that fits, and where several do the choice is left open.
 * @param manner to propose nothing of its own accord
 */
export function fitTool(
  manifest: ToolManifest,
  profile: Profile,
  question: string,
  manner?: 'leave all open',
): Fit {
  const slot = manifest.inputs[0]?.slot ?? '';
  const wanted = columnParameters(manifest, slot);
  const fitting = (parameter: ColumnParameter) => profile.columns.filter((each) => canBe(each, parameter));
  const named = profile.columns.filter((column) => isNamed(column, question));
  const taken = new Set<string>();
  const params: Record<string, string | string[]> = {};
  const open: OpenChoice[] = [];
  const missing = sizeFindings(manifest, profile);
  // Single ones before lists, and those with the fewest columns to choose from first.
  const required = wanted
    .filter((each) => each.required)
    .sort((a, b) => Number(a.list) - Number(b.list) || fitting(a).length - fitting(b).length);
  const give = ({ name, list }: ColumnParameter, columns: readonly ColumnProfile[]) => {
    for (const column of columns) taken.add(column.name);
    params[name] = list ? columns.map((c) => c.name) : (columns[0]?.name ?? '');
  };
  for (const parameter of required) {
    const free = fitting(parameter).filter(({ name }) => !taken.has(name));
    if (free.length < parameter.least) {
      missing.push(lacking(parameter, free.length));
      continue;
    }
    const meant = free.filter((column) => named.includes(column)).slice(0, parameter.most);
    if (meant.length >= parameter.least && (parameter.list || meant.length === 1)) give(parameter, meant);
    else if (free.length === parameter.least && !manner) give(parameter, free);
    else
      open.push({
        parameter: parameter.name,
        title: parameter.title,
        choices: free.map((c) => c.name),
        list: parameter.list,
      });
  }
  const optional = wanted.filter((each) => !each.required);
  if (required.length === 0 && optional.length > 0 && !optional.some((each) => fitting(each).length > 0))
    missing.push(lacking(optional[0] as ColumnParameter, 0));
  for (const parameter of optional) {
    const meant = fitting(parameter).filter((c) => named.includes(c) && !taken.has(c.name));
    const first = meant.find((c) => parameter.roles.includes(c.role));
    if (parameter.list ? meant.length >= parameter.least : first)
      give(parameter, parameter.list ? meant.slice(0, parameter.most) : [first as ColumnProfile]);
  }
  return { fits: missing.length === 0, missing, params, open };
}

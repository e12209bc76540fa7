import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;

/** What a value of a result must be. */
export const Expectation = Type.Object(
  {
    path: Type.String({ minLength: 1, description: 'Place in `values`: coefficients[term="x1"].estimate.' }),
    value: Type.Optional(Type.Number({ description: 'The certified number.' })),
    rel: Type.Optional(
      Type.Number({ minimum: 0, description: 'Relative tolerance; 1e-6 where none is said.' }),
    ),
    abs: Type.Optional(
      Type.Number({ minimum: 0, description: 'Absolute tolerance, in the place of `rel`.' }),
    ),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    equals: Type.Optional(Type.Unknown({ description: 'A text, a truth value or null.' })),
    one_of: Type.Optional(Type.Array(Type.Unknown(), { minItems: 1 })),
    confirmed_by: Type.Optional(Type.String({ description: 'What else gives the same.' })),
  },
  closed,
);
export type Expectation = Static<typeof Expectation>;

const File = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });

/** `case.json`: a golden case, that is data, parameters and the values that a tool must reproduce. */
export const Case = Type.Object(
  {
    id: Type.String({ minLength: 1, description: 'Name of its folder.' }),
    analysis: Type.Optional(Type.String({ description: 'Name of the analysis where the case comes from.' })),
    title: Type.String({ minLength: 1, maxLength: 300 }),
    data: Type.Union([File, Type.Record(Type.String(), File, { minProperties: 1, maxProperties: 4 })], {
      description: 'File beside case.json; with several inputs a file for each slot.',
    }),
    params: Type.Record(Type.String(), Type.Unknown()),
    seed: Type.Integer({ minimum: 0, maximum: 2147483647 }),
    source: Type.String({ minLength: 1, description: 'Where the data and the expected values come from.' }),
    basis: Type.Array(Type.String(), { description: 'How the values were made sure of.' }),
    expect: Type.Optional(Type.Array(Expectation)),
    expect_error: Type.Optional(Type.Object({ class: Type.String(), code: Type.String() }, closed)),
    expect_warning: Type.Optional(Type.Object({ code: Type.String() }, closed)),
    r_vs_python_max_relative_difference: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { ...closed, $id: 'urn:assay:schema:case:2026-11-01' },
);
export type Case = Static<typeof Case>;

/** Files of a case by slot; one without a name is for the only one. */
export function filesOfCase({ data }: Pick<Case, 'data'>, slots: readonly string[]): Record<string, string> {
  return typeof data === 'string' ? { [slots[0] ?? 'data']: data } : data;
}

const token = /\.?([A-Za-z_]\w*)(\[(?:[^\]"]|"[^"]*")*\])?/y;
const condition = /(\w+)=("[^"]*"|[-\d.eE+]+)/g;

function pick(list: unknown, selector: string, path: string): unknown {
  if (!Array.isArray(list)) throw new RangeError(`${path}: not a list`);
  if (selector === 'last') return list.at(-1);
  if (/^\d+$/.test(selector)) return list[Number(selector)];
  const wanted = [...selector.matchAll(condition)].map((m) => [m[1] ?? '', m[2] ?? ''] as const);
  const rows = list.filter((row: Record<string, unknown>) =>
    wanted.every(([key, want]) =>
      want.startsWith('"')
        ? String(row[key]) === want.slice(1, -1)
        : Math.abs(Number(row[key]) - Number(want)) < 1e-9,
    ),
  );
  if (rows.length !== 1) throw new RangeError(`${path}: ${rows.length} rows`);
  return rows[0];
}

/** Resolves `coefficients[term="x1"].estimate` in a result's `values`. @throws RangeError where nothing is there */
export function resolvePath(values: unknown, path: string): unknown {
  let at = values;
  token.lastIndex = 0;
  while (token.lastIndex < path.length) {
    const start = token.lastIndex;
    const match = token.exec(path);
    if (!match) throw new RangeError(`cannot read "${path.slice(start)}"`);
    const [, name, selector] = match;
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name ?? ''))
      throw new RangeError(`${path}: no "${name}"`);
    at = (at as Record<string, unknown>)[name ?? ''];
    if (selector) at = pick(at, selector.slice(1, -1), path);
  }
  return at;
}

/** One expectation held against a value. */
export function meets(expected: Expectation, value: unknown): boolean {
  if ('equals' in expected) return value === expected.equals;
  if (expected.one_of) return expected.one_of.includes(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (expected.min !== undefined && value < expected.min) return false;
  if (expected.max !== undefined && value > expected.max) return false;
  if (expected.value === undefined) return expected.min !== undefined || expected.max !== undefined;
  const difference = Math.abs(value - expected.value);
  return difference <= (expected.abs ?? (expected.rel ?? 1e-6) * Math.abs(expected.value));
}

/** What a run of a case came to. */
export interface CaseOutcome {
  readonly values?: unknown;
  readonly warnings?: readonly { readonly code: string }[];
  readonly error?: { readonly class: string; readonly code: string };
}

/** Holds an outcome against a case; every line says what was expected and what came. Empty = passed. */
export function checkCase(golden: Case, outcome: CaseOutcome): string[] {
  if (golden.expect_error) {
    const { class: wantClass, code } = golden.expect_error;
    return outcome.error?.class === wantClass && outcome.error.code === code
      ? []
      : [`expected error ${wantClass}/${code}, got ${JSON.stringify(outcome.error ?? 'a result')}`];
  }
  if (outcome.error) return [`expected a result, got error ${outcome.error.class}/${outcome.error.code}`];
  const failures: string[] = [];
  const warning = golden.expect_warning?.code;
  if (warning && !outcome.warnings?.some((w) => w.code === warning))
    failures.push(`expected warning ${warning}`);
  for (const expected of golden.expect ?? []) {
    try {
      const value = resolvePath(outcome.values, expected.path);
      if (!meets(expected, value))
        failures.push(`${expected.path}: expected ${JSON.stringify(expected)}, got ${value}`);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      failures.push(error.message);
    }
  }
  return failures;
}

/** Where two results say something else, beyond what versions of a language and of its linear algebra may differ by. */
export function differences(a: unknown, b: unknown, where = ''): string[] {
  if (typeof a === 'number' && typeof b === 'number') {
    // The condition number of a matrix is known to itself times the precision of a double, relatively.
    const own = where.endsWith('/condition_number') ? Math.abs(a) * 2 ** -52 : 0;
    const most = Math.max(1e-9, own) * Math.max(Math.abs(a), Math.abs(b)) + 1e-12;
    return Math.abs(a - b) <= most ? [] : [`${where}: ${a} and ${b}`];
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return a === b ? [] : [`${where}: ${a} and ${b}`];
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].flatMap((key) => differences(left[key], right[key], `${where}/${key}`));
}

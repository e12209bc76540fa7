import type { Column } from './dataset.ts';
import type { Issue } from './error.ts';
import type { ColumnReference } from './manifest.ts';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly column?: ColumnReference;
  /** Names of columns as keys: `polynomial: { x: 5 }`. */
  readonly columnKeys?: ColumnReference;
}

function describe(columns: readonly Column[], reference: ColumnReference): string {
  const fitting = columns.filter((c) => c.roles.some((r) => reference.roles.includes(r))).map((c) => c.name);
  if (fitting.length === 0)
    return `no column of this data set can be used as ${reference.roles.join(' or ')}`;
  const shown = fitting.slice(0, 20).join(', ');
  return `columns that fit (${reference.roles.join(' or ')}): ${shown}${fitting.length > 20 ? `, and ${fitting.length - 20} more` : ''}`;
}

function checkName(
  name: string,
  pointer: string,
  reference: ColumnReference,
  columns: readonly Column[],
): Issue[] {
  const column = columns.find((c) => c.name === name);
  const hint = describe(columns, reference);
  if (!column)
    return [
      { pointer, code: 'COLUMN_NOT_FOUND', detail: `There is no column "${name}".`, hint, column: name },
    ];
  if (!column.roles.some((r) => reference.roles.includes(r)))
    return [
      {
        pointer,
        code: 'ROLE_MISMATCH',
        detail: `Column "${name}" (${column.type}) can be used as ${column.roles.join(' or ')}, not as ${reference.roles.join(' or ')}.`,
        hint,
        column: name,
      },
    ];
  return [];
}

/**
 * Holds every column that parameters name against the columns of the inputs.
 * @param schema the tool's `parameters` schema, whose nodes may carry `column` or `columnKeys`
 * @param inputs columns by input slot
 * @returns what does not fit, each with the columns that would; empty where all fits
 */
export function checkColumns(
  schema: object,
  params: unknown,
  inputs: Readonly<Record<string, readonly Column[]>>,
  pointer = '/params',
): Issue[] {
  const node = schema as SchemaNode;
  const reference = node.column;
  if (reference && typeof params === 'string')
    return checkName(params, pointer, reference, inputs[reference.input] ?? []);
  if (Array.isArray(params))
    return params.flatMap((item, i) =>
      node.items ? checkColumns(node.items, item, inputs, `${pointer}/${i}`) : [],
    );
  if (typeof params === 'object' && params !== null) {
    const keys = node.columnKeys;
    return Object.entries(params).flatMap(([key, value]) => {
      const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const child = node.properties && Object.hasOwn(node.properties, key) ? node.properties[key] : undefined;
      return [
        ...(keys ? checkName(key, at, keys, inputs[keys.input] ?? []) : []),
        ...(child ? checkColumns(child, value, inputs, at) : []),
      ];
    });
  }
  return [];
}

/**
 * Adds to what is missing at the top of parameters which columns would do, where columns are what is meant.
 * @param issues of the schema's check of `params`
 */
export function hintMissingColumns(
  schema: object,
  issues: readonly Issue[],
  inputs: Readonly<Record<string, readonly Column[]>>,
): Issue[] {
  const { properties = {} } = schema as SchemaNode;
  return issues.map((issue) => {
    const [, name = ''] = /"([^"]+)" is missing/.exec(issue.detail) ?? [];
    const node =
      issue.pointer === '/params' && Object.hasOwn(properties, name) ? properties[name] : undefined;
    const reference = node?.column ?? node?.items?.column;
    return reference ? { ...issue, hint: describe(inputs[reference.input] ?? [], reference) } : issue;
  });
}

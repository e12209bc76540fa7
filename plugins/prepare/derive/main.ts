import { compile } from '../compile.ts';
import { type Context, count, type Data, reading, titleOf, was } from '../tool.ts';
import type { Column } from '../vectors.ts';

interface Params {
  readonly columns: readonly { readonly name: string; readonly expression: string }[];
  readonly name?: string;
}

interface Made {
  readonly column: Column;
  readonly missing: number;
  readonly notFinite: number;
}

/** Whole numbers of 32 bits are integers: the narrowest type that all values have, as with what is uploaded. */
function narrow(values: Float64Array, memory: Context['memory']): Int32Array | undefined {
  const whole = memory.int32(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    whole[i] = value;
    if (whole[i] !== value || value === -2147483648) return undefined;
  }
  return whole;
}

function make(
  { name, expression }: Params['columns'][number],
  rows: number,
  columns: readonly Column[],
  memory: Context['memory'],
): Made {
  const { type, run } = compile(expression, columns);
  const kind = type === 'boolean' ? 'uint8' : type === 'text' || type === 'date' ? 'int32' : 'float64';
  const values = memory[kind](rows);
  const valid = memory.uint8(rows);
  let levels: readonly string[] = [];
  let [there, notFinite] = [0, 0];
  run(rows, (step, start, n) => {
    levels = step.levels;
    const [from, known] = [step.values, step.valid];
    for (let i = 0; i < n; i += 1) {
      const is = (known[i] as number) & 1;
      valid[start + i] = is;
      // What lies under a missing value is nothing that may differ between two runs.
      values[start + i] = is === 1 ? (from[i] as number) : 0;
      there += is;
      notFinite += (known[i] as number) >> 1;
    }
  });
  const whole = type === 'number' ? narrow(values as Float64Array, memory) : undefined;
  const column = {
    ...{ name, type: whole ? ('integer' as const) : type, values: whole ?? values },
    ...(there < rows ? { valid } : {}),
    ...(type === 'text' ? { levels } : {}),
  };
  return { column, missing: rows - there, notFinite };
}

function describe({ column, missing }: Made) {
  const { name, type, values, valid } = column;
  let [n, sum, low, high] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  if (type === 'number' || type === 'integer')
    for (let i = 0; i < values.length; i += 1) {
      if (valid && valid[i] !== 1) continue;
      const value = values[i] as number;
      n += 1;
      sum += value;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  const mean = sum / n;
  const number = n > 0 && Number.isFinite(mean);
  return { name, type, missing, ...(number ? { min: low, mean, max: high } : {}) };
}

/** Adds columns that are computed from others; a later one may use an earlier one. */
export function run(data: Data, params: Params, context: Context) {
  const columns = [...data.columns];
  const made: Made[] = [];
  for (const [i, { name, expression }] of params.columns.entries()) {
    if (columns.some((column) => column.name === name))
      context.refuse({
        class: 'input',
        code: 'NAME_TAKEN',
        message: `There is a column "${name.slice(0, 100)}" already.`,
        where: { param: `columns[${i}].name` },
        hint: 'give the new column a name of its own; nothing is ever overwritten',
      });
    const one = reading(context, `columns[${i}].expression`, () =>
      make({ name, expression }, data.rows, columns, context.memory),
    );
    columns.push(one.column);
    made.push(one);
  }
  const notFinite = made.filter((each) => each.notFinite > 0);
  const described = made.map(describe);
  return {
    values: { rows: data.rows, columns: described },
    summary: [
      `${count(made.length, 'column')} ${was(made.length)} added to ${count(data.rows, 'row')}: ${made
        .map(({ column }) => column.name)
        .join(', ')
        .slice(0, 600)}.`,
      ...made
        .filter(({ missing }) => missing > 0)
        .slice(0, 10)
        .map(({ column, missing }) => `${column.name.slice(0, 100)} is missing in ${count(missing, 'row')}.`),
    ],
    method: {
      text: 'Each new column is an expression over the columns of its row, computed in double precision (IEC 60559). A value that depends on a missing one is missing; what is no finite number becomes missing and is counted. Rounding takes halves to the even neighbour.',
      reference: 'ECMA-262, Number',
      options: Object.fromEntries(
        params.columns.map(({ name, expression }) => [name.slice(0, 60), expression]),
      ),
    },
    warnings: notFinite.map(({ column, notFinite: times }) => ({
      code: 'NOT_FINITE',
      message: `${column.name.slice(0, 100)}: ${count(times, 'value')} ${was(times)} no finite number (a division by zero, a root or logarithm of what has none, a text that is no number) and became missing.`,
      severity: 'caution',
    })),
    tables: [
      {
        name: 'columns',
        title: 'New columns',
        table: {
          columns: [
            { name: 'column', title: 'Column', type: 'text' },
            { name: 'type', title: 'Type', type: 'text' },
            { name: 'missing', title: 'Missing', type: 'integer' },
            { name: 'min', title: 'Smallest', type: 'number' },
            { name: 'mean', title: 'Mean', type: 'number' },
            { name: 'max', title: 'Largest', type: 'number' },
          ],
          rows: described.map(({ name, type, missing, min, mean, max }) => [
            name,
            type,
            missing,
            min ?? null,
            mean ?? null,
            max ?? null,
          ]),
        },
      },
    ],
    datasets: [{ name: 'derived', title: titleOf(params.name, data, 'with new columns'), columns }],
  };
}

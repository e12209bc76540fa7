import { compile } from '../compile.ts';
import { type Context, count, type Data, reading, titleOf, was } from '../tool.ts';
import type { Column } from '../vectors.ts';

interface Params {
  readonly where: string;
  readonly name?: string;
}

/** The rows of a column that are kept, in their order. */
function keep(column: Column, rows: Uint32Array, memory: Context['memory']): Column {
  const { values, valid } = column;
  const kind = values instanceof Float64Array ? 'float64' : values instanceof Int32Array ? 'int32' : 'uint8';
  const kept = memory[kind](rows.length);
  for (let i = 0; i < rows.length; i += 1) kept[i] = values[rows[i] as number] as number;
  if (!valid) return { ...column, values: kept };
  const there = memory.uint8(rows.length);
  for (let i = 0; i < rows.length; i += 1) there[i] = valid[rows[i] as number] as number;
  return { ...column, values: kept, valid: there };
}

/** Keeps the rows for which the condition is true; one that is false or missing leaves the row out. */
export function run(data: Data, params: Params, context: Context) {
  const calculation = reading(context, 'where', () => compile(params.where, data.columns));
  if (calculation.type !== 'boolean')
    context.refuse({
      class: 'input',
      code: 'NOT_A_CONDITION',
      message: `The expression gives a ${calculation.type}, and not true or false.`,
      where: { param: 'where' },
      hint: 'compare it with something: age >= 18',
    });
  const rows = new Uint32Array(data.rows);
  let [kept, missing, notFinite] = [0, 0, 0];
  calculation.run(data.rows, ({ values, valid }, start, n) => {
    for (let i = 0; i < n; i += 1) {
      if (valid[i] !== 1) {
        missing += 1;
        if (valid[i] === 2) notFinite += 1;
      } else if (values[i] === 1) {
        rows[kept] = start + i;
        kept += 1;
      }
    }
  });
  if (kept === 0)
    context.refuse({
      class: 'data',
      code: 'NO_ROWS_LEFT',
      message: `The condition is true for none of the ${count(data.rows, 'row')} (missing for ${missing}).`,
      where: { param: 'where' },
      hint: 'look at the values of its columns with explore/describe',
    });
  const chosen = rows.subarray(0, kept);
  const no = data.rows - kept - missing;
  return {
    values: { rows_before: data.rows, rows_after: kept, rows_false: no, rows_missing: missing },
    summary: [
      `${count(kept, 'row')} of ${data.rows.toLocaleString('en-US')} ${was(kept)} kept: those for which ${params.where.slice(0, 300)}.`,
      missing === 0
        ? 'The condition was known for every row.'
        : `For ${count(missing, 'row')} the condition is missing, because a value in it is; left out.`,
    ],
    method: {
      text: 'Rows are kept where the condition is true. Logic has three values, as in SQL: a comparison with a missing value is missing, "and" is false beside a false and "or" true beside a true, whatever the other side is. Rows keep their order.',
      reference: 'ISO/IEC 9075 (SQL), three-valued logic',
      options: { where: params.where },
    },
    warnings:
      notFinite === 0
        ? []
        : [
            {
              code: 'NOT_FINITE',
              message: `In ${count(notFinite, 'row')} a result inside the condition was no finite number (a division by zero, a root or logarithm of what has none), so the condition is missing there.`,
              severity: 'caution',
            },
          ],
    dropped: [
      ...(no > 0 ? [{ rows: no, reason: 'the condition is false' }] : []),
      ...(missing > 0 ? [{ rows: missing, reason: 'the condition is missing' }] : []),
    ],
    datasets: [
      {
        name: 'filtered',
        title: titleOf(params.name, data, 'filtered'),
        columns:
          kept === data.rows
            ? data.columns
            : data.columns.map((column) => keep(column, chosen, context.memory)),
      },
    ],
  };
}

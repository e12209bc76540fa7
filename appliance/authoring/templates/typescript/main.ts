/** A column as the sandbox hands it in; `valid` is 1 where there is a value, and absent where all are there. */
interface Column {
  readonly name: string;
  readonly values: Float64Array | Int32Array | Uint8Array;
  readonly valid?: Uint8Array;
}
interface Data {
  readonly rows: number;
  readonly columns: readonly Column[];
}
interface Context {
  refuse(line: {
    readonly class: 'input' | 'data';
    readonly code: string;
    readonly message: string;
    readonly where?: Readonly<Record<string, string | number>>;
    readonly hint?: string;
  }): never;
}

/** Mean of a column with its standard error. `params` is as tool.json describes it. */
export function run(data: Data, params: { readonly column: string }, context: Context) {
  const column = data.columns.find(({ name }) => name === params.column) as Column;
  const there = Array.from(column.values).filter(
    (_, row) => column.valid === undefined || column.valid[row] === 1,
  );
  const n = there.length;
  if (n < 2)
    context.refuse({
      class: 'data',
      code: 'TOO_FEW_VALUES',
      message: `Column "${params.column}" has ${n} values.`,
      where: { column: params.column, param: 'column' },
      hint: 'At least two values are needed.',
    });
  const mean = there.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(there.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const stdError = sd / Math.sqrt(n);
  const missing = data.rows - n;
  return {
    values: { n, mean, sd, std_error: stdError },
    summary: [
      `The mean of ${params.column} is ${mean.toPrecision(4)} (standard error ${stdError.toPrecision(3)}, ${n} values).`,
    ],
    method: {
      text: 'Arithmetic mean; standard deviation with n - 1; standard error sd / sqrt(n).',
      reference: 'Student (1908)',
      options: {},
    },
    assumptions: [
      {
        id: 'independence',
        title: 'Rows are independent of each other',
        verdict: 'not_checked',
        message: 'Cannot be seen in the data.',
      },
    ],
    dropped: missing > 0 ? [{ rows: missing, reason: 'the value is missing' }] : [],
  };
}

/** Types of columns, as the runtime hands them in. */
export type ColumnType = 'number' | 'integer' | 'boolean' | 'text' | 'date' | 'timestamp';

/** A column as the sandbox runtime shares it; see its `columns.ts`. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: Float64Array | Int32Array | Uint8Array;
  readonly valid?: Uint8Array | undefined;
  readonly levels?: readonly string[] | undefined;
}

/** Types of values in an expression: a whole number is a number. */
export type ValueType = 'number' | 'boolean' | 'text' | 'date' | 'timestamp';

/** Rows that are computed together: small enough to stay in the processor's cache. */
export const chunkRows = 4096;

/**
 * One step of a calculation: `run` fills `values` and `valid` for the `n` rows from `start`.
 * `valid` is 1 where there is a value, 0 where one is missing, and 2 where one is because a result was no finite number.
 * A text is its place in `levels`, a boolean 0 or 1, a date days, a timestamp microseconds.
 */
export interface Step {
  readonly type: ValueType;
  readonly values: Float64Array;
  readonly valid: Uint8Array;
  readonly levels: string[];
  run(start: number, n: number): void;
}

/** Of what depends on two values: there where both are, and not for want of a finite number where one is that. */
export const both = (a: number, b: number): number => (a & b & 1) | ((a | b) & 2);

export function bothValid(out: Step, { valid: left }: Step, { valid: right }: Step, n: number): void {
  const { valid } = out;
  for (let i = 0; i < n; i += 1) valid[i] = both(left[i] as number, right[i] as number);
}

/** The same of any number of steps, in one row. */
export function together(steps: readonly Step[], row: number): number {
  let valid = 1;
  for (const step of steps) valid = both(valid, step.valid[row] as number);
  return valid;
}

export function newStep(type: ValueType, run: (out: Step, start: number, n: number) => void): Step {
  const out: Step = {
    type,
    values: new Float64Array(chunkRows),
    valid: new Uint8Array(chunkRows),
    levels: [],
    run: (start, n) => run(out, start, n),
  };
  return out;
}

/** The place of a text among the levels of a step. */
export function createIntern(levels: string[]): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    let code = known.get(text);
    if (code === undefined) {
      code = levels.push(text) - 1;
      known.set(text, code);
    }
    return code;
  };
}

export function constantStep(type: ValueType, value: number, levels: readonly string[] = []): Step {
  const step = newStep(type, () => undefined);
  step.values.fill(value);
  step.valid.fill(1);
  step.levels.push(...levels);
  return step;
}

export function columnStep(column: Column): Step {
  const { values, valid, type } = column;
  const step = newStep(type === 'integer' ? 'number' : type, (out, start, n) => {
    out.values.set(values.subarray(start, start + n));
    if (valid) out.valid.set(valid.subarray(start, start + n));
  });
  if (!valid) step.valid.fill(1);
  // By reference where it can be: a column of keys has as many levels as rows.
  return column.levels ? { ...step, levels: column.levels as string[], run: step.run } : step;
}

/** What is no finite number becomes missing, and is remembered as that. */
export function settle(out: Step, n: number): void {
  const { values, valid } = out;
  for (let i = 0; i < n; i += 1) {
    const value = values[i] as number;
    // Infinite minus infinite is no number either: one comparison finds both.
    if (value - value !== 0 && valid[i] === 1) valid[i] = 2;
  }
}

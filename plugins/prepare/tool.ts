import { ExpressionError } from './tokens.ts';
import type { Column } from './vectors.ts';

/** The data set as the sandbox runtime hands it in. */
export interface Data {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}

export interface Context {
  readonly seed: number;
  /** Memory for new columns that leaves the sandbox without being copied. */
  readonly memory: {
    float64(rows: number): Float64Array;
    int32(rows: number): Int32Array;
    uint8(rows: number): Uint8Array;
  };
  /** Says no, and does not come back. */
  refuse(line: {
    readonly class: 'input' | 'data';
    readonly code: string;
    readonly message: string;
    readonly where?: Readonly<Record<string, string | number>>;
    readonly hint?: string;
  }): never;
}

/** Runs what reads an expression; what is wrong with it becomes the tool's refusal. */
export function reading<T>(context: Context, param: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, at, hint } = error;
    const said = { class: 'input', code: 'EXPRESSION', where: { param, character: at } } as const;
    return context.refuse({ ...said, message: `At character ${at}: ${message}.`, ...(hint ? { hint } : {}) });
  }
}

/** What was left out, for the title of what is made. */
export function titleOf(given: unknown, data: Data, what: string): string {
  return typeof given === 'string' ? given : `${data.name.slice(0, 150)}, ${what}`;
}

export const was = (n: number) => (n === 1 ? 'was' : 'were');
export const count = (n: number, one: string) => `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;

import {
  both,
  bothValid,
  createIntern,
  newStep,
  type Step,
  settle,
  together,
  type ValueType,
} from './vectors.ts';

/** How a function or an operator is computed, once its arguments are known to fit. */
export interface Overload {
  readonly takes: readonly ValueType[];
  readonly gives: ValueType;
  /** The last argument may come any number of times, at least once. */
  readonly more?: boolean;
  make(args: readonly Step[]): Step;
}

type Arithmetic = (a: Float64Array, b: Float64Array, out: Float64Array, n: number) => void;

/** Two numbers to one: a loop of its own for each operator, so that each becomes good machine code. */
function arithmetic(gives: ValueType, takes: readonly ValueType[], loop: Arithmetic): Overload {
  return {
    takes,
    gives,
    make: ([a, b]) =>
      newStep(gives, (out, start, n) => {
        const [left, right] = [a as Step, b as Step];
        left.run(start, n);
        right.run(start, n);
        loop(left.values, right.values, out.values, n);
        bothValid(out, left, right, n);
        if (gives !== 'boolean') settle(out, n);
      }),
  };
}

function unary(gives: ValueType, takes: ValueType, f: (value: number) => number): Overload {
  return {
    takes: [takes],
    gives,
    make: ([a]) =>
      newStep(gives, (out, start, n) => {
        const from = a as Step;
        from.run(start, n);
        const [given, made] = [from.values, out.values];
        for (let i = 0; i < n; i += 1) made[i] = f(given[i] as number);
        out.valid.set(from.valid.subarray(0, n));
        if (gives === 'number') settle(out, n);
      }),
  };
}

/** A text to a number, once for each distinct text. */
function ofText(gives: ValueType, f: (text: string) => number): Overload {
  return {
    takes: ['text'],
    gives,
    make: ([a]) => {
      const known = new Map<number, number>();
      return newStep(gives, (out, start, n) => {
        const from = a as Step;
        from.run(start, n);
        for (let i = 0; i < n; i += 1) {
          out.valid[i] = from.valid[i] as number;
          if (from.valid[i] !== 1) continue;
          const code = from.values[i] as number;
          let value = known.get(code);
          if (value === undefined) {
            value = f(from.levels[code] as string);
            known.set(code, value);
          }
          out.values[i] = value;
        }
        if (gives === 'number') settle(out, n);
      });
    },
  };
}

function textOf(
  takes: readonly ValueType[],
  f: (texts: readonly string[]) => string,
  more = false,
): Overload {
  return {
    takes,
    gives: 'text',
    more,
    make: (args) => {
      let intern: ((text: string) => number) | undefined;
      return newStep('text', (out, start, n) => {
        intern ??= createIntern(out.levels);
        for (const arg of args) arg.run(start, n);
        for (let i = 0; i < n; i += 1) {
          out.valid[i] = together(args, i);
          if (out.valid[i] === 1)
            out.values[i] = intern(f(args.map((arg) => arg.levels[arg.values[i] as number] as string)));
        }
      });
    },
  };
}

function onTexts(f: (a: string, b: string) => boolean): Overload {
  return {
    takes: ['text', 'text'],
    gives: 'boolean',
    make: ([a, b]) =>
      newStep('boolean', (out, start, n) => {
        const [left, right] = [a as Step, b as Step];
        left.run(start, n);
        right.run(start, n);
        bothValid(out, left, right, n);
        for (let i = 0; i < n; i += 1)
          if (out.valid[i] === 1)
            out.values[i] = f(
              left.levels[left.values[i] as number] as string,
              right.levels[right.values[i] as number] as string,
            )
              ? 1
              : 0;
      }),
  };
}

/** `and` and `or` of three values: one that decides by itself does so beside a missing one. */
function logic(decisive: 0 | 1): Overload {
  return {
    takes: ['boolean', 'boolean'],
    gives: 'boolean',
    make: ([a, b]) =>
      newStep('boolean', (out, start, n) => {
        const [left, right] = [a as Step, b as Step];
        left.run(start, n);
        right.run(start, n);
        for (let i = 0; i < n; i += 1) {
          const decided =
            (left.valid[i] === 1 && left.values[i] === decisive) ||
            (right.valid[i] === 1 && right.values[i] === decisive);
          out.values[i] = decided ? decisive : 1 - decisive;
          out.valid[i] = decided ? 1 : both(left.valid[i] as number, right.valid[i] as number);
        }
      }),
  };
}

const microsADay = 86_400_000_000;
const toDate = (days: number) => new Date(days * 86_400_000);
const toTime = (micros: number) => new Date(Math.floor(micros / 1000));
/** A part of a date or a timestamp (UTC). */
const part = (f: (date: Date) => number): Overload[] => [
  unary('number', 'date', (days) => f(toDate(days))),
  unary('number', 'timestamp', (micros) => f(toTime(micros))),
];

const ordered: readonly ValueType[] = ['number', 'date', 'timestamp'];
const compared = (loop: Arithmetic, more: readonly Overload[] = []): readonly Overload[] => [
  ...ordered.map((type) => arithmetic('boolean', [type, type], loop)),
  ...more,
];
const equality = (loop: Arithmetic, f: (a: string, b: string) => boolean) =>
  compared(loop, [arithmetic('boolean', ['boolean', 'boolean'], loop), onTexts(f)]);
const numbers: readonly ValueType[] = ['number', 'number'];
const number = (f: (value: number) => number) => [unary('number', 'number', f)];

function fold(f: (a: number, b: number) => number): readonly Overload[] {
  return [
    {
      takes: ['number'],
      gives: 'number',
      more: true,
      make: (args) =>
        newStep('number', (out, start, n) => {
          for (const arg of args) arg.run(start, n);
          for (let i = 0; i < n; i += 1) {
            out.valid[i] = together(args, i);
            out.values[i] = args.reduce(
              (so, arg) => f(so, arg.values[i] as number),
              args[0]?.values[i] as number,
            );
          }
        }),
    },
  ];
}

/** Halves go to the even neighbour, as in IEC 60559 and R. */
function roundEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Every operator and function by its name; `if`, `coalesce`, `in` and `is missing` are made in compile.ts. */
export const functions: Readonly<Record<string, readonly Overload[]>> = Object.assign(Object.create(null), {
  '+': [
    arithmetic('number', numbers, (a, b, out, n) => {
      for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) + (b[i] as number);
    }),
    arithmetic('date', ['date', 'number'], (a, b, out, n) => {
      for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) + Math.trunc(b[i] as number);
    }),
  ],
  '-': [
    ...[numbers, ['date', 'date'] as const].map((takes) =>
      arithmetic('number', takes, (a, b, out, n) => {
        for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) - (b[i] as number);
      }),
    ),
    arithmetic('number', ['timestamp', 'timestamp'], (a, b, out, n) => {
      for (let i = 0; i < n; i += 1) out[i] = ((a[i] as number) - (b[i] as number)) / microsADay;
    }),
    arithmetic('date', ['date', 'number'], (a, b, out, n) => {
      for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) - Math.trunc(b[i] as number);
    }),
  ],
  '*': [
    arithmetic('number', numbers, (a, b, out, n) => {
      for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) * (b[i] as number);
    }),
  ],
  '/': [
    arithmetic('number', numbers, (a, b, out, n) => {
      for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) / (b[i] as number);
    }),
  ],
  '%': [
    arithmetic('number', numbers, (a, b, out, n) => {
      // The sign of the divisor, as in R and Python.
      for (let i = 0; i < n; i += 1)
        out[i] = (a[i] as number) - Math.floor((a[i] as number) / (b[i] as number)) * (b[i] as number);
    }),
  ],
  '^': [
    arithmetic('number', numbers, (a, b, out, n) => {
      for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) ** (b[i] as number);
    }),
  ],
  '=': equality(
    (a, b, out, n) => {
      for (let i = 0; i < n; i += 1) out[i] = a[i] === b[i] ? 1 : 0;
    },
    (a, b) => a === b,
  ),
  '!=': equality(
    (a, b, out, n) => {
      for (let i = 0; i < n; i += 1) out[i] = a[i] !== b[i] ? 1 : 0;
    },
    (a, b) => a !== b,
  ),
  '<': compared((a, b, out, n) => {
    for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) < (b[i] as number) ? 1 : 0;
  }),
  '<=': compared((a, b, out, n) => {
    for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) <= (b[i] as number) ? 1 : 0;
  }),
  '>': compared((a, b, out, n) => {
    for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) > (b[i] as number) ? 1 : 0;
  }),
  '>=': compared((a, b, out, n) => {
    for (let i = 0; i < n; i += 1) out[i] = (a[i] as number) >= (b[i] as number) ? 1 : 0;
  }),
  and: [logic(0)],
  or: [logic(1)],
  not: [unary('boolean', 'boolean', (value) => 1 - value)],
  negative: number((value) => -value),
  abs: number(Math.abs),
  sqrt: number(Math.sqrt),
  exp: number(Math.exp),
  log: number(Math.log),
  log10: number(Math.log10),
  log2: number(Math.log2),
  round: [
    ...number(roundEven),
    arithmetic('number', numbers, (a, b, out, n) => {
      for (let i = 0; i < n; i += 1) {
        const scale = 10 ** Math.trunc(b[i] as number);
        out[i] = roundEven((a[i] as number) * scale) / scale;
      }
    }),
  ],
  floor: number(Math.floor),
  ceiling: number(Math.ceil),
  min: fold(Math.min),
  max: fold(Math.max),
  year: part((date) => date.getUTCFullYear()),
  month: part((date) => date.getUTCMonth() + 1),
  day: part((date) => date.getUTCDate()),
  length: [ofText('number', (text) => [...text].length)],
  number: [
    ofText('number', (text) =>
      /^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN,
    ),
  ],
  lower: [textOf(['text'], ([text = '']) => text.toLowerCase())],
  upper: [textOf(['text'], ([text = '']) => text.toUpperCase())],
  trim: [textOf(['text'], ([text = '']) => text.trim())],
  concat: [textOf(['text'], (texts) => texts.join(''), true)],
  contains: [onTexts((text, searched) => text.includes(searched))],
  starts_with: [onTexts((text, searched) => text.startsWith(searched))],
  ends_with: [onTexts((text, searched) => text.endsWith(searched))],
});

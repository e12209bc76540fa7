import { functions, type Overload } from './functions.ts';
import { type Node, parse } from './parse.ts';
import { ExpressionError } from './tokens.ts';
import {
  type Column,
  chunkRows,
  columnStep,
  constantStep,
  createIntern,
  newStep,
  type Step,
  type ValueType,
} from './vectors.ts';

const words: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  boolean: 'true or false',
  text: 'a text',
  date: 'a date',
  timestamp: 'a timestamp',
};
const mostSteps = 500;

/** A calculation over the rows of a data set. */
export interface Calculation {
  readonly type: ValueType;
  /** Goes through the rows in order, a piece at a time. `levels` of the last step grow while it does. */
  run(rows: number, take: (step: Step, start: number, n: number) => void): void;
}

/** Edits from one word to another, for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min(
          (row[j] as number) + 1,
          (next[j - 1] as number) + 1,
          (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] as number;
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .slice(0, 1000)
    .map((each) => ({
      each,
      far: distance(name.toLowerCase().slice(0, 40), each.toLowerCase().slice(0, 40)),
    }))
    .sort((a, b) => a.far - b.far);
  const [first] = ranked;
  return first && first.far <= Math.max(1, Math.floor(name.length / 3)) ? first.each : undefined;
}

function unknown(what: string, name: string, at: number, known: readonly string[]): ExpressionError {
  const near = nearest(name, known);
  const hint = near ? `did you mean "${near}"?` : `there are ${known.slice(0, 20).join(', ')}`;
  return new ExpressionError(`there is no ${what} "${name.slice(0, 100)}"`, at, hint);
}

class Compiler {
  readonly #columns: ReadonlyMap<string, Column>;
  #steps = 0;
  constructor(columns: readonly Column[]) {
    this.#columns = new Map(columns.map((column) => [column.name, column]));
  }

  /** @param wanted type of a `missing` that stands alone */
  make(node: Node, wanted: ValueType = 'number'): Step {
    this.#steps += 1;
    if (this.#steps > mostSteps)
      throw new ExpressionError(`an expression may have ${mostSteps} steps`, node.at);
    switch (node.kind) {
      case 'number':
        if (!Number.isFinite(node.value)) throw new ExpressionError('the number is too large', node.at);
        return constantStep('number', node.value);
      case 'text':
        return constantStep('text', 0, [node.value]);
      case 'boolean':
        return constantStep('boolean', node.value ? 1 : 0);
      case 'missing': {
        const step = constantStep(wanted, 0, ['']);
        step.valid.fill(0);
        return step;
      }
      case 'column': {
        const column = this.#columns.get(node.name);
        if (!column) throw unknown('column', node.name, node.at, [...this.#columns.keys()]);
        return columnStep(column);
      }
      case 'call':
        return this.#call(node);
    }
  }

  #call(node: Extract<Node, { kind: 'call' }>): Step {
    switch (node.name) {
      case 'date':
      case 'timestamp':
        return this.#time(node, node.name);
      case 'is missing':
        return this.#isMissing(node);
      case 'in':
        return this.#in(node);
      case 'if':
        return this.#if(node);
      case 'coalesce':
        return this.#coalesce(node);
    }
    const overloads = functions[node.name];
    if (!overloads)
      throw unknown('function', node.name, node.at, [
        ...Object.keys(functions).filter((name) => /^[a-z]/.test(name)),
        'if',
        'coalesce',
        'date',
        'timestamp',
      ]);
    const args = node.args.map((arg) => this.make(arg));
    // A bare `missing` takes the type of what it stands beside.
    const beside = args.find((_, i) => node.args[i]?.kind !== 'missing')?.type;
    const fitting = args.map((arg, i) =>
      node.args[i]?.kind === 'missing' && beside ? this.make(node.args[i] as Node, beside) : arg,
    );
    const types = fitting.map(({ type }) => type);
    const overload = overloads.find((each) => fits(each, types));
    if (!overload) throw misfit(node, overloads, types);
    return overload.make(fitting);
  }

  #arguments(node: Extract<Node, { kind: 'call' }>, least: number, most: number): readonly Node[] {
    const { args, name, at } = node;
    if (args.length >= least && args.length <= most) return args;
    const range =
      least === most
        ? `${least}`
        : most === Number.POSITIVE_INFINITY
          ? `at least ${least}`
          : `${least} to ${most}`;
    throw new ExpressionError(`${name} takes ${range} values, here are ${args.length}`, at);
  }

  /** A date or a moment that is written out. */
  #time(node: Extract<Node, { kind: 'call' }>, type: 'date' | 'timestamp'): Step {
    const [arg] = this.#arguments(node, 1, 1);
    const form = type === 'date' ? '2026-01-31' : '2026-01-31T12:00:00Z';
    const right = `write it as ${type}('${form}')`;
    if (arg?.kind !== 'text')
      throw new ExpressionError(`${type} takes a text that is written out`, node.at, right);
    const pattern =
      type === 'date' ? /^\d{4}-\d\d-\d\d$/ : /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/;
    const ms = pattern.test(arg.value) ? Date.parse(arg.value) : Number.NaN;
    const exists = Number.isFinite(ms) && new Date(ms).toISOString().startsWith(arg.value.slice(0, 10));
    if (!exists) throw new ExpressionError(`"${arg.value.slice(0, 40)}" is no ${type}`, arg.at, right);
    return constantStep(type, type === 'date' ? ms / 86_400_000 : ms * 1000);
  }

  #isMissing(node: Extract<Node, { kind: 'call' }>): Step {
    const from = this.make(node.args[0] as Node);
    return newStep('boolean', (out, start, n) => {
      from.run(start, n);
      for (let i = 0; i < n; i += 1) out.values[i] = from.valid[i] === 1 ? 0 : 1;
      out.valid.fill(1, 0, n);
    });
  }

  #in(node: Extract<Node, { kind: 'call' }>): Step {
    const [searched, ...list] = node.args;
    if (list.length === 0) throw new ExpressionError('the list after "in" is empty', node.at);
    const equals = list.map(
      (each): Node => ({ kind: 'call', name: '=', args: [searched as Node, each], at: each.at }),
    );
    return this.make(
      equals.reduce((left, right) => ({ kind: 'call', name: 'or', args: [left, right], at: right.at })),
    );
  }

  /** Steps of one type, those that are a bare `missing` among them. */
  #alike(nodes: readonly Node[], at: number, name: string): readonly Step[] {
    const first = nodes.find((node) => node.kind !== 'missing');
    const type = first ? this.make(first).type : 'number';
    const steps = nodes.map((node) => this.make(node, type));
    const other = steps.findIndex((step) => step.type !== type);
    if (other >= 0)
      throw new ExpressionError(
        `the values of ${name} are ${words[type]} and ${words[(steps[other] as Step).type]}`,
        nodes[other]?.at ?? at,
        'all of them must have one type',
      );
    return steps;
  }

  #if(node: Extract<Node, { kind: 'call' }>): Step {
    const [question, ...ways] = this.#arguments(node, 3, 3) as [Node, Node, Node];
    const condition = this.make(question, 'boolean');
    if (condition.type !== 'boolean')
      throw new ExpressionError(
        `the condition of if is ${words[condition.type]}`,
        question.at,
        'compare it with something',
      );
    const [yes, no] = this.#alike(ways, node.at, 'if') as [Step, Step];
    return choice(
      [yes, no],
      (i) => (condition.valid[i] !== 1 ? condition : condition.values[i] === 1 ? yes : no),
      [condition],
    );
  }

  #coalesce(node: Extract<Node, { kind: 'call' }>): Step {
    const steps = this.#alike(this.#arguments(node, 1, Number.POSITIVE_INFINITY), node.at, 'coalesce');
    const [first] = steps as [Step];
    const find = (i: number, valid: number) => steps.find((step) => step.valid[i] === valid);
    return choice(steps, (i) => find(i, 1) ?? find(i, 2) ?? first, []);
  }
}

/** For each row the value of one of several steps; a step without a value there says why there is none. */
function choice(steps: readonly Step[], choose: (row: number) => Step, also: readonly Step[]): Step {
  const type = (steps[0] as Step).type;
  let intern: ((text: string) => number) | undefined;
  return newStep(type, (out, start, n) => {
    for (const step of [...also, ...steps]) step.run(start, n);
    if (type === 'text') intern ??= createIntern(out.levels);
    for (let i = 0; i < n; i += 1) {
      const step = choose(i);
      out.valid[i] = step.valid[i] as number;
      if (step.valid[i] !== 1) continue;
      const value = step.values[i] as number;
      out.values[i] = intern ? intern(step.levels[value] as string) : value;
    }
  });
}

function fits({ takes, more }: Overload, types: readonly ValueType[]): boolean {
  if (more ? types.length < takes.length : types.length !== takes.length) return false;
  return types.every((type, i) => type === (takes[i] ?? takes.at(-1)));
}

function misfit(
  node: Extract<Node, { kind: 'call' }>,
  overloads: readonly Overload[],
  types: readonly ValueType[],
) {
  const forms = overloads.map(
    ({ takes, more }) => takes.map((type) => words[type]).join(' and ') + (more ? ', or more' : ''),
  );
  const given = types.length === 0 ? 'nothing' : types.map((type) => words[type]).join(' and ');
  return new ExpressionError(
    `"${node.name}" cannot take ${given}`,
    node.at,
    `it takes ${forms.join('; or ')}`,
  );
}

/**
 * Makes a calculation of an expression over these columns.
 * @throws ExpressionError where it cannot be read, names what is not there, or its types do not fit
 */
export function compile(source: string, columns: readonly Column[]): Calculation {
  const step = new Compiler(columns).make(parse(source));
  return {
    type: step.type,
    run(rows, take) {
      for (let start = 0; start < rows; start += chunkRows) {
        const n = Math.min(chunkRows, rows - start);
        step.run(start, n);
        take(step, start, n);
      }
    },
  };
}

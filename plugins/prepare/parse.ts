import { ExpressionError, readTokens, type Token } from './tokens.ts';

/** An expression as a tree: operators are calls, too. */
export type Node =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'missing'; readonly at: number }
  | { readonly kind: 'column'; readonly name: string; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[]; readonly at: number };

const deepest = 64;
const words = new Set(['and', 'or', 'not', 'in', 'is', 'missing', 'true', 'false']);
const sameSign: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' };
const levels: readonly (readonly string[])[] = [
  ['+', '-'],
  ['*', '/', '%'],
];

/** Recursive descent over: or, and, not, comparison, sum, product, sign, power, what stands alone. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  constructor(source: string) {
    this.#tokens = readTokens(source);
  }
  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }
  #is(kind: 'sign' | 'word', text: string): boolean {
    const { kind: found, text: given, quoted } = this.#token;
    if (kind === 'sign') return found === 'sign' && given === text;
    return found === 'name' && !quoted && given.toLowerCase() === text;
  }
  #take(kind: 'sign' | 'word', text: string): boolean {
    const fits = this.#is(kind, text);
    if (fits) this.#next += 1;
    return fits;
  }
  #unexpected(wanted: string): ExpressionError {
    const { kind, text, at } = this.#token;
    const found = kind === 'end' ? 'the expression ends' : `"${text}" stands`;
    return new ExpressionError(`${found} where ${wanted} is expected`, at);
  }
  #require(text: string): void {
    if (!this.#take('sign', text)) throw this.#unexpected(`"${text}"`);
  }
  whole(): Node {
    const node = this.#or();
    if (this.#token.kind !== 'end') throw this.#unexpected('an operator or the end');
    return node;
  }
  #or(): Node {
    this.#depth += 1;
    if (this.#depth > deepest)
      throw new ExpressionError(`it is nested deeper than ${deepest} levels`, this.#token.at);
    const node = this.#chain('or', () => this.#chain('and', () => this.#not()));
    this.#depth -= 1;
    return node;
  }
  #chain(name: string, inner: () => Node): Node {
    let left = inner();
    for (let { at } = this.#token; this.#take('word', name); { at } = this.#token)
      left = { kind: 'call', name, args: [left, inner()], at };
    return left;
  }
  #not(): Node {
    const { at } = this.#token;
    let negations = 0;
    while (this.#take('word', 'not')) negations += 1;
    const node = this.#comparison();
    return negations % 2 === 1 ? { kind: 'call', name: 'not', args: [node], at } : node;
  }
  #comparison(): Node {
    const left = this.#binary(0);
    const { kind, text, at } = this.#token;
    if (kind === 'sign' && /^[=<>!]/.test(text)) {
      this.#next += 1;
      return { kind: 'call', name: sameSign[text] ?? text, args: [left, this.#binary(0)], at };
    }
    if (this.#take('word', 'is')) return this.#isMissing(left, at);
    const not = this.#is('word', 'not');
    if (not) this.#next += 1;
    if (this.#take('word', 'in')) {
      const node: Node = { kind: 'call', name: 'in', args: [left, ...this.#list()], at };
      return not ? { kind: 'call', name: 'not', args: [node], at } : node;
    }
    if (not) throw this.#unexpected('"in"');
    return left;
  }
  #isMissing(left: Node, at: number): Node {
    const not = this.#take('word', 'not');
    if (!this.#take('word', 'missing')) throw this.#unexpected('"missing"');
    const node: Node = { kind: 'call', name: 'is missing', args: [left], at };
    return not ? { kind: 'call', name: 'not', args: [node], at } : node;
  }
  #binary(level: number): Node {
    const signs = levels[level];
    if (!signs) return this.#negated();
    let left = this.#binary(level + 1);
    for (;;) {
      const { kind, text, at } = this.#token;
      if (kind !== 'sign' || !signs.includes(text)) return left;
      this.#next += 1;
      left = { kind: 'call', name: text, args: [left, this.#binary(level + 1)], at };
    }
  }
  #negated(): Node {
    const { at } = this.#token;
    let negations = 0;
    while (this.#is('sign', '-') || this.#is('sign', '+')) {
      if (this.#token.text === '-') negations += 1;
      this.#next += 1;
    }
    const node = this.#power();
    return negations % 2 === 1 ? { kind: 'call', name: 'negative', args: [node], at } : node;
  }
  #power(): Node {
    const base = this.#alone();
    const { at } = this.#token;
    if (!this.#take('sign', '^')) return base;
    // From the right, as in mathematics: 2^3^2 is 2^9. The exponent may have a sign.
    this.#depth += 1;
    if (this.#depth > deepest) throw new ExpressionError(`it is nested deeper than ${deepest} levels`, at);
    const node: Node = { kind: 'call', name: '^', args: [base, this.#negated()], at };
    this.#depth -= 1;
    return node;
  }
  #list(): Node[] {
    this.#require('(');
    const args: Node[] = [];
    if (this.#take('sign', ')')) return args;
    do args.push(this.#or());
    while (this.#take('sign', ','));
    this.#require(')');
    return args;
  }
  #alone(): Node {
    const { kind, text, quoted, at } = this.#token;
    if (this.#take('sign', '(')) {
      const node = this.#or();
      this.#require(')');
      return node;
    }
    if (kind === 'sign' || kind === 'end') throw this.#unexpected('a column, a value or a function');
    this.#next += 1;
    if (kind === 'number') return { kind, value: Number(text), at };
    if (kind === 'text') return { kind, value: text, at };
    if (quoted) return { kind: 'column', name: text, at };
    const lower = text.toLowerCase();
    if (lower === 'true' || lower === 'false') return { kind: 'boolean', value: lower === 'true', at };
    if (lower === 'missing') return { kind: 'missing', at };
    if (words.has(lower))
      throw new ExpressionError(
        `"${text}" stands where a column, a value or a function is expected`,
        at,
        `a column of that name is written \`${text}\``,
      );
    if (this.#is('sign', '(')) return { kind: 'call', name: lower, args: this.#list(), at };
    return { kind: 'column', name: text, at };
  }
}

/**
 * Reads an expression. Nothing of it is ever run as code: it becomes a tree of known operations.
 * @throws ExpressionError
 */
export function parse(source: string): Node {
  return new Parser(source).whole();
}

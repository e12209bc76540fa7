/** A mistake in an expression: what, and the character (from 1) where it was seen. */
export class ExpressionError extends Error {
  readonly at: number;
  readonly hint: string | undefined;
  constructor(message: string, at: number, hint?: string) {
    super(message);
    this.at = at + 1;
    this.hint = hint;
  }
}

/** `name` is a word or a column in backticks; `quoted` says which, for `in` in backticks is a column. */
export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly quoted: boolean;
  readonly at: number;
}

const longest = 4000;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const word = /[\p{L}_][\p{L}\p{N}_.]*/uy;
const sign = /<=|>=|<>|!=|==|[-+*/%^(),=<>]/y;
const blank = /\s*/y;

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** What stands between quotes; the quote itself is written twice inside. */
function readQuoted(source: string, at: number): { text: string; end: number } {
  const quote = source[at] as string;
  let text = '';
  for (let i = at + 1; i < source.length; i += 1) {
    if (source[i] !== quote) text += source[i];
    else if (source[i + 1] === quote) {
      text += quote;
      i += 1;
    } else return { text, end: i + 1 };
  }
  throw new ExpressionError(`the ${quote} is never closed`, at, `write a second ${quote} at the end of it`);
}

/** @throws ExpressionError */
export function readTokens(source: string): Token[] {
  if (source.length > longest)
    throw new ExpressionError(
      `an expression may have ${longest} characters, this one has ${source.length}`,
      0,
    );
  const tokens: Token[] = [];
  let at = 0;
  const add = (kind: Token['kind'], text: string, quoted: boolean, end: number) => {
    tokens.push({ kind, text, quoted, at });
    at = end;
  };
  for (;;) {
    at += match(blank, source, at)?.length ?? 0;
    const character = source[at];
    if (character === undefined) break;
    if (character === "'" || character === '"' || character === '`') {
      const { text, end } = readQuoted(source, at);
      add(character === '`' ? 'name' : 'text', text, true, end);
      continue;
    }
    const found = [['number', number] as const, ['name', word] as const, ['sign', sign] as const]
      .map(([kind, pattern]) => ({ kind, text: match(pattern, source, at) }))
      .find(({ text }) => text !== undefined);
    if (found?.text === undefined)
      throw new ExpressionError(
        `"${character}" has no meaning here`,
        at,
        'put a text in quotes and a column whose name is no word in backticks',
      );
    add(found.kind, found.text, false, at + found.text.length);
  }
  add('end', '', false, at);
  return tokens;
}

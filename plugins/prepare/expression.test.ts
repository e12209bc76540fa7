import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compile } from './compile.ts';
import { parse } from './parse.ts';
import { ExpressionError } from './tokens.ts';
import type { Column } from './vectors.ts';

const day = (text: string) => Date.parse(text) / 86_400_000;
const columns: readonly Column[] = [
  { name: 'x', type: 'number', values: Float64Array.of(1, 2, 3, 4), valid: Uint8Array.of(1, 1, 0, 1) },
  { name: 'n', type: 'integer', values: Int32Array.of(-7, 7, 0, 2) },
  { name: 'b', type: 'boolean', values: Uint8Array.of(1, 0, 1, 0), valid: Uint8Array.of(1, 1, 1, 0) },
  { name: 'g', type: 'text', values: Int32Array.of(0, 1, 0, 2), levels: ['Aé', 'b', ''] },
  { name: 'two words', type: 'number', values: Float64Array.of(10, 20, 30, 40) },
  {
    name: 'd',
    type: 'date',
    values: Int32Array.from(['2024-02-28', '2024-03-01', '1969-12-31', '2026-11-27'].map(day)),
  },
  { name: 't', type: 'timestamp', values: Float64Array.of(0, -1, 1e6, 86_400e6) },
];

/** What an expression gives for each row; `undefined` where it is missing. */
function rows(expression: string): unknown[] {
  const { type, run } = compile(expression, columns);
  const out: unknown[] = [];
  run(4, ({ values, valid, levels }, _start, n) => {
    for (let i = 0; i < n; i += 1) {
      const value = values[i] as number;
      const shown = type === 'text' ? levels[value] : type === 'boolean' ? value === 1 : value;
      out.push(valid[i] === 1 ? shown : undefined);
    }
  });
  return out;
}
const only = (expression: string) => rows(expression)[0];

describe('expressions', () => {
  const values: readonly (readonly [string, unknown])[] = [
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['2 ^ -1', 0.5],
    ['- - 3', 3],
    ['10 - 4 - 3', 3],
    ['7 % 3', 1],
    ['-7 % 3', 2],
    ['1e3 + .5', 1000.5],
    ['round(2.5)', 2],
    ['round(-1.5)', -2],
    ['round(3.5)', 4],
    ['round(2.345, 2)', 2.35],
    ['min(3, 1, 2) + max(3, 1, 2)', 4],
    ["length('Aé😀')", 3],
    ["number(' 1.5e2 ')", 150],
    ["number('0x10')", undefined],
    ["concat('a', 'b', 'c')", 'abc'],
    ["upper(trim('  é '))", 'É'],
    ["'it''s'", "it's"],
    ['"a""b"', 'a"b'],
    ["contains('abc', 'b') and starts_with('abc', 'a') and ends_with('abc', 'c')", true],
    ['1 < 2 and not 2 < 1', true],
    ['not not true', true],
    ['3 in (1, 2, 3)', true],
    ['3 not in (1, 2, 3)', false],
    ['missing is missing', true],
    ['if(missing, 1, 2)', undefined],
    ['coalesce(missing, 2)', 2],
    ['false and missing = 1', false],
    ['true or missing = 1', true],
    ['true and missing = 1', undefined],
    ["date('2024-03-01') - date('2024-02-28')", 2],
    ["year(date('2024-03-01') + 366)", 2025],
    ["timestamp('1970-01-02T00:00Z') - timestamp('1970-01-01T12:00:00Z')", 0.5],
    ['1 / 0', undefined],
    ['log(-1)', undefined],
    ['IF(TRUE, 1, 2)', 1],
  ];
  for (const [expression, value] of values)
    test(`${expression} is ${value}`, () => assert.deepEqual(only(expression), value));

  test('columns, with what is missing in them', () => {
    assert.deepEqual(rows('x + n'), [-6, 9, undefined, 6]);
    assert.deepEqual(rows('x is missing'), [false, false, true, false]);
    assert.deepEqual(rows('x > 1 or b'), [true, true, true, true]);
    assert.deepEqual(rows('not b'), [false, true, false, undefined]);
    assert.deepEqual(rows("g = 'b'"), [false, true, false, false]);
    assert.deepEqual(rows("if(g = '', 'none', lower(g))"), ['aé', 'b', 'aé', 'none']);
    assert.deepEqual(rows('coalesce(x, `two words`)'), [1, 2, 30, 4]);
    assert.deepEqual(rows('year(d) * 100 + month(d)'), [202402, 202403, 196912, 202611]);
    assert.deepEqual(rows("d >= date('2024-03-01')"), [false, true, false, true]);
    assert.deepEqual(rows('day(t)'), [1, 31, 1, 2]);
  });

  test('what became no finite number is known from what was missing, and only where the result depends on it', () => {
    const valid = (source: string) => {
      const seen: number[] = [];
      compile(source, columns).run(4, (step, start, n) => {
        for (let i = 0; i < n; i += 1) seen[start + i] = step.valid[i] as number;
      });
      return seen;
    };
    const n = rows('n');
    const want = n.map((each) => (each === 7 || (each as number) < 0 ? 2 : 1));
    assert.equal(want.filter((each) => each === 2).length, 2);
    assert.deepEqual(valid('n / (n - 7) + sqrt(n)'), want);
    // The way that is not taken says nothing.
    assert.deepEqual(valid('if(n = 7, 0, n / (n - 7))'), [1, 1, 1, 1]);
    assert.deepEqual(valid('coalesce(1 / (n - n), n)'), [1, 1, 1, 1]);
    assert.deepEqual(valid('coalesce(n, 1 / (n - n))'), [1, 1, 1, 1]);
    assert.deepEqual(valid('coalesce(1 / (n - n), x)'), [1, 1, 2, 1]);
    assert.deepEqual(valid('1 / (n - n) > 0 or true'), [1, 1, 1, 1]);
    assert.deepEqual(valid('(1 / (n - n)) is missing'), [1, 1, 1, 1]);
    // The third x is missing by itself; with both reasons, the one that can be mended counts.
    assert.deepEqual(valid('x + 1'), [1, 1, 0, 1]);
    assert.deepEqual(valid('min(x, 1 / (n - n))'), [2, 2, 2, 2]);
    assert.deepEqual(valid('if(1 / (n - n) > 0, 1, 2)'), [2, 2, 2, 2]);
  });

  test('pieces of rows are one column', () => {
    const long = Float64Array.from({ length: 10_000 }, (_, i) => i);
    const seen: number[] = [];
    compile('x * 2', [{ name: 'x', type: 'number', values: long }]).run(10_000, ({ values }, start, n) => {
      for (let i = 0; i < n; i += 1) seen[start + i] = values[i] as number;
    });
    assert.equal(seen.length, 10_000);
    assert.ok(seen.every((value, i) => value === 2 * i));
  });
});

describe('what is wrong with an expression is said, and where', () => {
  const wrong: readonly (readonly [string, number, RegExp])[] = [
    ['', 1, /the expression ends where a column/],
    ['1 +', 4, /the expression ends/],
    ['(1', 3, /"\)" is expected/],
    ['1 1', 3, /an operator or the end/],
    ['xx + 1', 1, /no column "xx"/],
    ['sqr(4)', 1, /no function "sqr"/],
    ['constructor', 1, /no column/],
    ['__proto__', 1, /no column/],
    ['toString(1)', 1, /no function/],
    ['constructor(1)', 1, /no function/],
    ["'open", 1, /never closed/],
    ['x $ 1', 3, /"\$" has no meaning/],
    ['x; drop', 2, /";" has no meaning/],
    ["x + 'a'", 3, /cannot take a number and a text/],
    ["g < 'b'", 3, /cannot take a text and a text/],
    ['sqrt(1, 2)', 1, /cannot take/],
    ['if(1, 2, 3)', 4, /condition of if is a number/],
    ["if(true, 1, 'a')", 13, /a number and a text/],
    ['if(true, 1)', 1, /takes 3 values, here are 2/],
    ["date('2026-02-30')", 6, /is no date/],
    ['date(x)', 1, /written out/],
    ['x in ()', 3, /is empty/],
    ['and', 1, /expected/],
    ['x not 1', 7, /"in" is expected/],
    ['1e999', 1, /too large/],
    [`${'('.repeat(100)}1${')'.repeat(100)}`, 65, /nested deeper/],
    [Array(60).fill('2').join('^') + '^2'.repeat(10), 128, /nested deeper/],
    ['x+'.repeat(1999), 3999, /expression ends/],
    [`${'x+'.repeat(600)}x`, 0, /500 steps/],
    ['x'.repeat(4001), 1, /4000 characters/],
  ];
  for (const [expression, at, message] of wrong)
    test(
      expression.length > 40 ? `${expression.slice(0, 30)}… (${expression.length})` : expression || 'nothing',
      () => {
        assert.throws(
          () => compile(expression, columns),
          (error) => {
            assert.ok(error instanceof ExpressionError, String(error));
            assert.match(error.message, message);
            if (at > 0) assert.equal(error.at, at);
            return true;
          },
        );
      },
    );

  test('a nearly right name is offered', () => {
    const big = [{ ...(columns[0] as Column), name: 'weight' }];
    assert.throws(() => compile('wieght > 1', big), { hint: 'did you mean "weight"?' });
  });

  test('any text either is read or refused, whatever it holds', () => {
    const pieces = [
      'x',
      '`',
      "'",
      '"',
      '(',
      ')',
      ',',
      '+',
      '-',
      '^',
      '=',
      '<',
      ' ',
      'in',
      'is',
      'not',
      'missing',
      '1',
      '.',
      'e',
      'é',
      '\0',
      '😀',
      'if(',
      'date(',
    ];
    let state = 1;
    const next = (most: number) => {
      state = (state * 48271) % 2147483647;
      return state % most;
    };
    for (let i = 0; i < 5000; i += 1) {
      const text = Array.from({ length: next(20) }, () => pieces[next(pieces.length)]).join('');
      try {
        parse(text);
      } catch (error) {
        assert.ok(error instanceof ExpressionError, `${JSON.stringify(text)}: ${error}`);
      }
    }
  });
});

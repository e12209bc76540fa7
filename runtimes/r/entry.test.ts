import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Engine, startEngine } from '../wasm/engine.ts';

describe('entry of an R run', () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.close());

  /** What R prints for an expression. */
  async function print(code: string): Promise<string> {
    const lines: string[] = [];
    await engine.evaluate(code, async (line, stream) => {
      assert.equal(stream, 'stdout', line);
      if (line !== '') lines.push(line);
    });
    return lines.join('\n');
  }
  const json = async (expression: string) => JSON.parse(await print(`cat(assay$json(${expression}))`));

  const values: readonly (readonly [string, unknown])[] = [
    ['NULL', null],
    ['TRUE', true],
    ['NA', null],
    ['5L', 5],
    ['c(1L, NA)', [1, null]],
    ['0.1 + 0.2', 0.1 + 0.2],
    ['c(1e-308, 1.7976931348623157e308, 1/3)', [1e-308, 1.7976931348623157e308, 1 / 3]],
    ['I(5)', [5]],
    ['I("a")', ['a']],
    ['character()', []],
    ['I(character())', []],
    ['numeric()', []],
    ['factor(character())', []],
    ['factor(c("b", "a", NA))', ['b', 'a', null]],
    ['as.Date("2026-11-23")', '2026-11-23'],
    ['I(as.Date(c("2026-11-23", NA)))', ['2026-11-23', null]],
    ['I(factor("a"))', ['a']],
    ['as.POSIXct(1.5, tz = "UTC")', '1970-01-01T00:00:01.500000Z'],
    ['list()', []],
    ['list(1, "a", NULL)', [1, 'a', null]],
    ['list(a = 1, b = list(c = TRUE))', { a: 1, b: { c: true } }],
    ['structure(list(), names = character())', {}],
    ['setNames(list(1), "__proto__")', JSON.parse('{"__proto__":1}')],
    ['setNames(list(1), "a\\"b\\\\\\n")', { 'a"b\\\n': 1 }],
    [
      'data.frame(x = 1:2, f = factor(c("u", NA)))',
      [
        { x: 1, f: 'u' },
        { x: 2, f: null },
      ],
    ],
    ['data.frame(x = numeric())', []],
    ['"\\u00e4\\U1f600 \\t\\r\\n\\u0001\\u007f \\\\ / \\" </script>"', 'ä😀 \t\r\n\x01\x7f \\ / " </script>'],
    ['"\\xff\\xfe"', '??'],
    ['c(Inf, -Inf, NaN)', [null, null, null]],
  ];
  for (const [expression, value] of values)
    test(`${expression} as JSON`, async () => assert.deepEqual(await json(expression), value));

  test('what JSON cannot say is listed with its place', async () => {
    const code = `found <- new.env(); found$list <- list()
      text <- assay$json(list(a = Inf, "b/c~" = list(1, c(1, NaN, NA)), d = I(-Inf)), "", found)
      cat(assay$json(found$list))`;
    assert.deepEqual(JSON.parse(await print(code)), [
      { path: '/a', value: 'inf' },
      { path: '/b~1c~0/1/1', value: 'nan' },
      { path: '/d/0', value: '-inf' },
    ]);
  });

  test('a table: types from the data, titles and types as given, rows as arrays', async () => {
    const table = `list(data = data.frame(n = 1:2, x = c(0.5, NA), s = c("a", "b"), p = c(0.01, Inf)),
      titles = c(x = "X"), types = c(p = "p_value"))`;
    assert.deepEqual(JSON.parse(await print(`cat(assay$table(${table}))`)), {
      columns: [
        { name: 'n', title: 'n', type: 'integer' },
        { name: 'x', title: 'X', type: 'number' },
        { name: 's', title: 's', type: 'text' },
        { name: 'p', title: 'p', type: 'p_value' },
      ],
      rows: [
        [1, 0.5, 'a', 0.01],
        [2, null, 'b', null],
      ],
    });
    const none = await print('cat(assay$table(list(data = data.frame(x = numeric()))))');
    assert.deepEqual(JSON.parse(none).rows, []);
  });

  /** What a run sends after it has begun: `line`, `blob` and `result` calls, in order. */
  async function run(code: string): Promise<Record<string, unknown>[]> {
    await engine.write('/tmp/main.R', Buffer.from(code));
    const out = await print(`said <- list(line = function(json) cat(json, "\\n"),
        blob = function(id, role, name, media, text) cat(assay$json(list(t = "blob", id = id, media = media)), "\\n"),
        result = function(text) cat(text, "\\n"))
      assay$run(list(tool = "a/b", seed = 7, program = "main.R", params = list()), list(), data.frame(), "/tmp/main.R", said)`);
    const [begun, ...said] = out.split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(begun, { t: 'begun' });
    return said;
  }

  test('errors: of the tool, of R, of memory', async () => {
    const refused = `run <- function(data, params, context)
      context$refuse("BAD_COLUMN", "no", where = list(column = strrep("x", 400), row = 3), hint = "another")`;
    assert.deepEqual(await run(refused), [
      {
        t: 'error',
        class: 'data',
        code: 'BAD_COLUMN',
        message: 'no',
        where: { column: 'x'.repeat(300), row: 3 },
        hint: 'another',
      },
    ]);
    const [failed] = await run('run <- function(...) stop("it broke: \\u00e4")');
    assert.deepEqual(failed, { t: 'error', class: 'internal', code: 'R_ERROR', message: 'it broke: ä' });
    assert.equal((await run('run <- function(...) numeric(5e8)'))[0]?.code, 'OOM');
    assert.equal((await run('run <- function(...) { f <- function() f(); f() }'))[0]?.code, 'R_ERROR');
    assert.equal((await run('this is no R'))[0]?.code, 'R_ERROR');
    assert.equal((await run('x <- 1'))[0]?.code, 'R_ERROR');
  });

  test('the seed decides, and texts sort by code points', async () => {
    const code = `run <- function(data, params, context) list(
      values = list(r = runif(2), s = sort(c("b", "A", "a"))), summary = "x",
      method = list(text = "", reference = "", options = NULL))`;
    const [first] = await run(code);
    assert.deepEqual(await run(code), [first]);
    const { values, summary, method } = first as {
      values: { s: string[] };
      summary: string[];
      method: object;
    };
    assert.deepEqual([values.s, summary], [['A', 'a', 'b'], ['x']]);
    assert.deepEqual(method, { text: '', reference: '', options: {} });
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ToolStop } from '../process/program.ts';
import { type Engine, EngineError, openEngine, translateDisk } from './engine.ts';
import { profile, refusal, valuesOf } from './fixtures/profile.ts';

const json = { mediaType: 'application/json' };
const lines = { mediaType: 'application/x-ndjson' };
const parquet = { mediaType: 'application/vnd.apache.parquet' };

describe('JSON', () => {
  test('an array of objects: keys in the order they appear, types by their values', async () => {
    const rows = [
      { n: 1, x: 1.5, s: '007', b: true, d: '2020-01-31', t: '2020-01-31T10:00:00Z', m: 1 },
      { n: 2, x: 2, s: 'NA', b: null, d: null, m: 'one', late: '' },
    ];
    const { profile: p, arrow } = await profile(JSON.stringify(rows, null, 2), json);
    assert.deepEqual(
      p.columns.map((c) => [c.name, c.type, c.missing]),
      [
        ['n', 'integer', 0],
        ['x', 'number', 0],
        ['s', 'text', 0],
        ['b', 'boolean', 1],
        ['d', 'date', 1],
        ['t', 'timestamp', 1],
        ['m', 'text', 0],
        ['late', 'text', 1],
      ],
    );
    assert.deepEqual(valuesOf(arrow, 2), ['007', 'NA']);
    assert.deepEqual(valuesOf(arrow, 6), ['1', 'one']);
    assert.deepEqual(valuesOf(arrow, 7), [null, '']);
    assert.equal(p.format, 'json');
    assert.match(p.notes[0] ?? '', /"m" is text: its values are of several kinds/);
  });

  test('one object a line, and objects one after the other', async () => {
    for (const text of ['{"a":1,"b":"x"}\n{"b":"y","a":2}\n', '\uFEFF{"a":1,\n"b":"x"} {"a":2,"b":"y"}']) {
      const { arrow, profile: p } = await profile(text, lines);
      assert.deepEqual([p.rows, valuesOf(arrow, 0), valuesOf(arrow, 1)], [2, [1, 2], ['x', 'y']]);
    }
  });

  test('it is known by its first byte where the media type does not say', async () => {
    const { profile: p } = await profile(' \n[{"a":1}]', { mediaType: 'application/octet-stream' });
    assert.equal(p.format, 'json');
    assert.equal((await profile('[a],b\n1,2\n', { mediaType: 'text/csv' })).profile.format, 'csv');
  });

  test('hostile keys are names', async () => {
    const names = ['__proto__', 'a/b~c', 'A', 'a', "it's", 'say "x"', '$.x', 'a.b', '0', '*'];
    const object = `{${names.map((n, i) => `${JSON.stringify(n)}:${i}`).join(',')}}`;
    const { profile: p, arrow } = await profile(`[${object}]`, json);
    assert.deepEqual(
      p.columns.map((c) => c.name),
      names,
    );
    assert.deepEqual(
      names.map((_, i) => valuesOf(arrow, i)[0]),
      names.map((_, i) => i),
    );
  });

  test('NaN, as Python writes it, is missing', async () => {
    const { arrow } = await profile('[{"a":NaN},{"a":1.5}]', json);
    assert.deepEqual(valuesOf(arrow, 0), [null, 1.5]);
  });

  test('numbers keep every bit', async () => {
    const numbers = [0.1, 1e-320, 123456.789e-7, 2 ** 53 + 2, 1.7976931348623157e308, 5e-324, -0.1 + 0.3];
    const { arrow } = await profile(JSON.stringify(numbers.map((x) => ({ x, y: 1 }))), json);
    assert.deepEqual(valuesOf(arrow, 0), numbers);
  });

  test('what is refused', async () => {
    const cases: readonly (readonly [text: string, code: string, where?: Record<string, unknown>])[] = [
      ['[{"a":1},{"a":{"b":2}}]', 'NESTED_VALUE', { row: 2, column: 'a' }],
      ['[{"a":1,"b":[1]}]', 'NESTED_VALUE', { row: 1, column: 'b' }],
      ['[{"a":1},5]', 'BAD_JSON', { row: 2 }],
      ['{"a":1}\n{"a":2\n', 'BAD_JSON'],
      ['[{"a":1},{"a":2}', 'BAD_JSON'],
      ['{"a":', 'BAD_JSON'],
      ['hello', 'BAD_JSON'],
      ['[]', 'EMPTY_FILE'],
      ['[{}]', 'EMPTY_FILE'],
      ['[{"a":1,"a":2}]', 'DUPLICATE_COLUMN', { row: 1 }],
      ['[{"":1}]', 'EMPTY_COLUMN_NAME', { row: 1, column: 1 }],
      ['[{"a\\u0000b":1}]', 'BAD_COLUMN_NAME', { row: 1, column: 1 }],
      ['[{"a":"x\\u0000y"}]', 'NUL_BYTE', { row: 1, column: 'a' }],
      [`[{"a":"${'x'.repeat(1024 * 1024 + 1)}"}]`, 'CELL_TOO_LONG', { row: 1, column: 'a' }],
      [
        `[${JSON.stringify(Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [`k${i}`, i])))}]`,
        'TOO_MANY_COLUMNS',
        { row: 1 },
      ],
    ];
    for (const [text, code, where] of cases) {
      const found = await refusal(text, json);
      assert.equal(found.code, code, `${text.slice(0, 40)}: ${found.message}`);
      assert.deepEqual(found.where, where, text.slice(0, 40));
      assert.doesNotMatch(found.message, /tmp|parquet|LINE/);
    }
    assert.equal((await refusal(Buffer.from('[{"a":"\xe9"}]', 'latin1'), json)).code, 'BAD_ENCODING');
  });
});

describe('Parquet', () => {
  let folder: string;
  let engine: Engine;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-parquet-'));
    engine = await openEngine(folder, 512);
  });
  after(async () => {
    engine.close();
    await rm(folder, { recursive: true, force: true });
  });
  async function made(query: string): Promise<Buffer> {
    const file = path.join(folder, 'made.parquet');
    await engine.rows(`COPY (${query}) TO '${file}' (FORMAT parquet)`);
    return readFile(file);
  }

  test('types are carried on', async () => {
    const bytes = await made(`SELECT * FROM (VALUES
      (1::TINYINT, 5::BIGINT, 3000000000::BIGINT, 1.5::FLOAT, 0.1::DECIMAL(9,2), true, DATE '2020-01-31',
       TIMESTAMP '2020-01-31 10:00:00.123456', TIMESTAMPTZ '2020-01-31 10:00:00+02', 'x', TIME '10:00:00'),
      (NULL, NULL, NULL, 'nan'::FLOAT, NULL, NULL, NULL, NULL, NULL, '', NULL))
      t(tiny, small, big, float, decimal, bool, date, stamp, zoned, text, time)`);
    const { profile: p, arrow } = await profile(bytes, parquet);
    assert.deepEqual(
      p.columns.map((c) => `${c.name} ${c.type} ${c.missing}`),
      [
        'tiny integer 1',
        'small integer 1',
        'big number 1',
        'float number 1',
        'decimal number 1',
        'bool boolean 1',
        'date date 1',
        'stamp timestamp 1',
        'zoned timestamp 1',
        'text text 0',
        'time text 1',
      ],
    );
    assert.deepEqual(valuesOf(arrow, 3), [1.5, null]);
    assert.deepEqual(valuesOf(arrow, 4), [0.1, null]);
    assert.deepEqual(valuesOf(arrow, 8), [Date.UTC(2020, 0, 31, 8), null]);
    assert.deepEqual(valuesOf(arrow, 9), ['x', '']);
    assert.equal(p.columns[7]?.min, '2020-01-31T10:00:00.123456Z');
    assert.equal(p.format, 'parquet');
  });

  test('infinite numbers are kept, noted, and left out of the statistics', async () => {
    const { profile: p, arrow } = await profile(
      await made(`SELECT unnest(['1', '3', 'inf', '-inf']::DOUBLE[]) AS x`),
      parquet,
    );
    const [x] = p.columns;
    assert.deepEqual([x?.mean, x?.min, x?.max, x?.median, x?.distinct], [2, 1, 3, 2, 4]);
    assert.deepEqual(valuesOf(arrow, 0), [1, 3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    assert.match(p.notes[0] ?? '', /2 infinite values/);
    assert.ok(!JSON.stringify(p).includes('null'));
  });

  test('reading what was written gives the same table', async () => {
    const rows = Array.from({ length: 150_000 }, (_, i) =>
      [i, i % 7 === 0 ? '' : Math.sqrt(i), `t${i % 50}`, i % 11 === 0 ? 'NA' : i % 2 === 0].join(','),
    );
    const first = await profile(`a,b,c,d\n${rows.join('\n')}\n`);
    const second = await profile(first.parquet, parquet);
    assert.deepEqual(second.profile.columns, first.profile.columns);
    assert.deepEqual(second.arrow, first.arrow);
  });

  test('every type survives the way to Arrow, missing values anywhere', async () => {
    const bytes = await made(`SELECT
      CASE WHEN i % 3 = 0 THEN NULL ELSE i END::INTEGER AS i, CASE WHEN i % 5 = 1 THEN NULL ELSE i / 7.0 END::DOUBLE AS x,
      CASE WHEN i % 64 < 9 THEN NULL ELSE i % 2 = 0 END AS b, CASE WHEN i > 70000 THEN NULL ELSE repeat('ab', i % 13) END AS s,
      CASE WHEN i % 2 = 0 THEN NULL ELSE DATE '1970-01-01' + (i % 5000)::INTEGER END AS d,
      CASE WHEN i % 2049 = 0 THEN NULL ELSE make_timestamp(i * 1000000) END AS t
      FROM range(140001) r(i)`);
    const { arrow } = await profile(bytes, parquet);
    const expected: ((i: number) => unknown)[] = [
      (i) => (i % 3 === 0 ? null : i),
      (i) => (i % 5 === 1 ? null : i / 7),
      (i) => (i % 64 < 9 ? null : i % 2 === 0),
      (i) => (i > 70_000 ? null : 'ab'.repeat(i % 13)),
      (i) => (i % 2 === 0 ? null : (i % 5000) * 86_400_000),
      (i) => (i % 2049 === 0 ? null : i * 1000),
    ];
    for (const [column, of] of expected.entries()) {
      const values = valuesOf(arrow, column);
      assert.equal(values.length, 140_001);
      const wrong = values.findIndex((v, i) => v !== of(i));
      if (wrong < 0) continue;
      assert.fail(`column ${column}, row ${wrong}: ${values[wrong]}, not ${of(wrong)}`);
    }
  });

  test('what is refused', async () => {
    const refused = async (bytes: Buffer, code: string, where?: Record<string, unknown>) => {
      const found = await refusal(bytes, parquet);
      assert.deepEqual([found.code, found.where], [code, where], found.message);
      assert.doesNotMatch(found.message, /tmp|LINE/);
    };
    const good = await made('SELECT 1 AS a, range AS b FROM range(10000)');
    await refused(await made(`SELECT 1 AS a, {'x': 1} AS b`), 'NESTED_VALUE', { column: 'b' });
    await refused(await made(`SELECT [1, 2] AS a`), 'NESTED_VALUE', { column: 'a' });
    await refused(await made(`SELECT 'x'::BLOB AS a`), 'UNSUPPORTED_TYPE', { column: 'a' });
    await refused(await made(`SELECT 'x' || chr(0) AS a`), 'NUL_BYTE', { row: 1, column: 'a' });
    await refused(await made(`SELECT repeat('x', 1048577) AS a`), 'CELL_TOO_LONG', { row: 1, column: 'a' });
    await refused(await made('SELECT 1 AS a WHERE false'), 'HEADER_ONLY', undefined);
    await refused(good.subarray(0, good.length - 50), 'BAD_PARQUET');
    await refused(Buffer.concat([good.subarray(0, 20), good.subarray(-60)]), 'BAD_PARQUET');
    await refused(Buffer.from('a,b\n1,2\n'), 'BAD_PARQUET');
    const holed = Buffer.from(good);
    holed.fill(0xff, 4, 2000);
    await refused(holed, 'BAD_PARQUET');
  });
});

describe('the engine', () => {
  test('reads and writes nothing outside its folder, and stays so', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'assay-engine-'));
    const engine = await openEngine(folder, 256);
    try {
      for (const sql of [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        `SELECT * FROM read_text('${folder}/../x')`,
        `COPY (SELECT 1) TO '${tmpdir()}/out.csv'`,
        `ATTACH '${tmpdir()}/other.db'`,
        "SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')",
        'INSTALL httpfs',
        'LOAD httpfs',
        'SET enable_external_access = true',
        'SET threads = 1',
      ])
        await assert.rejects(engine.rows(sql), /Permission Error|Invalid Input Error|IO Error/, sql);
    } finally {
      engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('a full disk is named as one; words of DuckDB, which may hold values, go no further', async () => {
    const full = translateDisk(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    assert.ok(full instanceof ToolStop);
    assert.equal(full.line.code, 'DISK_FULL');
    const folder = await mkdtemp(path.join(tmpdir(), 'assay-engine-'));
    const engine = await openEngine(folder, 256);
    try {
      await assert.rejects(engine.rows(`SELECT 'secret'::INTEGER`), (error: unknown) => {
        assert.ok(error instanceof EngineError);
        assert.equal(error.message, 'DuckDB stopped with: Conversion Error');
        assert.equal(translateDisk(error), error);
        return true;
      });
    } finally {
      engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('what does not fit the memory goes to the folder', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'assay-engine-'));
    const engine = await openEngine(folder, 48);
    try {
      const [row] = await engine.rows(
        `SELECT count(*) AS n FROM (SELECT v, count(*) FROM (SELECT 'a value of some length ' || i AS v FROM range(1500000) r(i)) GROUP BY v)`,
      );
      assert.equal(Number(row?.n), 1_500_000);
      await assert.rejects(engine.rows('SELECT list(i) FROM range(100000000) r(i)'), (error: unknown) => {
        assert.ok(error instanceof ToolStop);
        assert.deepEqual([error.line.class, error.line.code], ['resource', 'OOM']);
        return true;
      });
    } finally {
      engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { profile, valuesOf } from './fixtures/profile.ts';

const columnsOf = async (csv: string) => (await profile(csv)).profile.columns;
const types = async (csv: string) => (await columnsOf(csv)).map((c) => c.type);

describe('types of columns', () => {
  test('each type by its own spelling', async () => {
    assert.deepEqual(
      await types(
        'b,i,n,d,t,s\ntrue,1,1.5,2020-01-31,2020-01-31T10:00:00Z,x\nFALSE,-7,1e3,1999-12-31,2020-01-31 10:00,y\n',
      ),
      ['boolean', 'integer', 'number', 'date', 'timestamp', 'text'],
    );
  });

  test('what only looks like a number is text', async () => {
    for (const value of [
      '007',
      '0x10',
      '1_000',
      'inf',
      '1e400',
      '1,5',
      '2020-02-30',
      '1.5.1',
      '--1',
      '.',
      'e5',
    ])
      assert.deepEqual(await types(`v;w\n${value};1\n`), ['text', 'integer'], value);
  });

  test('whole numbers beyond 32 bits, and the smallest one, are numbers', async () => {
    assert.deepEqual(await types('a,b,c,d\n2147483647,2147483648,-2147483647,-2147483648\n'), [
      'integer',
      'number',
      'integer',
      'number',
    ]);
    const { profile: big } = await profile('n\n12345678901234567890\n');
    assert.equal(big.columns[0]?.type, 'number');
    assert.match(big.notes.join(), /15 to 17 digits/);
  });

  test('missing values by all spellings, quoted or not, with blanks or not', async () => {
    const { profile: p, arrow } = await profile(
      'x,y\n1,a\n,b\nNA,""\n"N/A",NA\nnull,NULL\nNULL,null\nNaN, NA \n 2 ,  c\n',
    );
    assert.equal(p.columns[0]?.type, 'integer');
    assert.deepEqual(valuesOf(arrow, 0), [1, null, null, null, null, null, null, 2]);
    assert.deepEqual(valuesOf(arrow, 1), ['a', 'b', null, null, null, null, null, '  c']);
    assert.equal(p.columns[0]?.missing, 6);
  });

  test('nothing but missing values is text and constant', async () => {
    const [x] = await columnsOf('x,y\n,1\nNA,2\n');
    assert.deepEqual(
      { type: x?.type, missing: x?.missing, distinct: x?.distinct, top: x?.top, constant: x?.constant },
      { type: 'text', missing: 2, distinct: 0, top: [], constant: true },
    );
  });

  test('mostly numbers: text, with a note that names the row and not the value', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => (i === 149 ? 'secret' : String(i)));
    const { profile: p } = await profile(`x,y\n${rows.map((r) => `${r},1`).join('\n')}\n`);
    assert.equal(p.columns[0]?.type, 'text');
    assert.deepEqual(p.notes, ['Column "x" is text: 1 of 200 values are not numbers, the first in row 151.']);
  });

  test('a value that does not fit is found beyond the rows that are looked at first', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => (i === 25_000 ? 'x' : String(i)));
    const { profile: p, arrow } = await profile(
      `v,w\n${rows.map((r, i) => `${r},${i < 29_999 ? i : '0.5'}`).join('\n')}\n`,
    );
    assert.deepEqual(
      p.columns.map((c) => c.type),
      ['text', 'number'],
    );
    assert.match(p.notes[0] ?? '', /row 25002/);
    assert.deepEqual(valuesOf(arrow, 0), rows);
  });

  test('5,000 random decimal numbers keep every bit', async () => {
    let seed = 42;
    const next = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed;
    };
    const texts = Array.from({ length: 5000 }, (_, i) => {
      const digits = `${next()}${next()}`.slice(0, 1 + (next() % 19)).replace(/^0+(?=\d)/, '');
      const exponent = (next() % 640) - 330;
      if (i % 3 === 0) return `${digits}.${next()}`;
      if (i % 3 === 1) return `-${digits}e${exponent}`;
      return `0.${next()}${next()}${next()}`;
    }).map((t) => (Number.isFinite(Number(t)) ? t : '4.9e-324'));
    const { profile: p, arrow } = await profile(`x,i\n${texts.map((t, i) => `${t},${i}`).join('\n')}\n`);
    assert.equal(p.columns[0]?.type, 'number');
    const read = Float64Array.from(valuesOf(arrow, 0) as number[]);
    const expected = Float64Array.from(texts, Number);
    assert.deepEqual(Buffer.from(read.buffer), Buffer.from(expected.buffer));
  });

  test('times become UTC to the microsecond', async () => {
    const { arrow, profile: p } = await profile(
      't,d\n2020-06-01T12:00:00.123456+02:00,1969-12-31\n2020-06-01 12:00:00,2020-02-29\n,\n',
    );
    assert.deepEqual(valuesOf(arrow, 1), [Date.UTC(1969, 11, 31), Date.UTC(2020, 1, 29), null]);
    assert.deepEqual(valuesOf(arrow, 0)[1], Date.UTC(2020, 5, 1, 12));
    assert.equal(p.columns[0]?.min, '2020-06-01T10:00:00.123456Z');
    assert.equal(p.columns[1]?.max, '2020-02-29');
  });
});

describe('profile', () => {
  test('statistics of a column of numbers', async () => {
    const [x] = await columnsOf('x,y\n1,a\n2,a\n4,b\n8,b\n,b\n');
    assert.deepEqual(
      [x?.missing, x?.distinct, x?.min, x?.max, x?.mean, x?.q1, x?.median, x?.q3, x?.constant],
      [1, 4, 1, 8, 3.75, 1.75, 3, 5, false],
    );
    assert.ok(Math.abs((x?.sd ?? 0) - 3.095695936834452) < 1e-15);
  });

  test('large numbers that differ little keep their spread', async () => {
    const values = Array.from({ length: 1001 }, (_, i) =>
      i === 0 ? 10000000.2 : i % 2 ? 10000000.1 : 10000000.3,
    );
    const [x] = await columnsOf(`x,y\n${values.map((v) => `${v},1`).join('\n')}\n`);
    assert.ok(Math.abs((x?.sd ?? 0) - 0.1) < 1e-8, String(x?.sd));
    assert.equal(x?.mean, 10000000.2);
  });

  test('ten most frequent values, ties by value; levels sorted', async () => {
    const letters = 'lkjihgfedcba'.split('');
    const [x] = await columnsOf(`x,y\n${[...letters, 'c', 'z', 'z', 'z'].map((v) => `${v},1`).join('\n')}\n`);
    assert.deepEqual(x?.top.slice(0, 3), [
      { value: 'z', count: 3 },
      { value: 'c', count: 2 },
      { value: 'a', count: 1 },
    ]);
    assert.equal(x?.top.length, 10);
    assert.deepEqual(x?.levels, [...letters, 'z'].sort());
  });

  test('one value has no spread; a constant column is one', async () => {
    const [x, y] = await columnsOf('x,y\n5,\n5,3\n');
    assert.deepEqual([x?.constant, x?.sd, x?.distinct], [true, 0, 1]);
    assert.deepEqual([y?.sd, 'sd' in (y ?? {})], [undefined, false]);
  });

  test('roles: what is possible and what is proposed', async () => {
    const n = 1500;
    const rows = Array.from({ length: n }, (_, i) =>
      [
        i,
        i % 5,
        i / 7,
        i % 3 === 0 ? 'a' : 'b',
        `text ${i}`,
        `k${i}`,
        i % 2 === 0,
        '2020-01-01',
        (i % 4) / 2,
      ].join(','),
    );
    const found = await columnsOf(`patientId,grade,x,group,note,key,flag,day,half\n${rows.join('\n')}\n`);
    assert.deepEqual(
      found.map((c) => [c.name, c.role, c.roles.join(' ')]),
      [
        ['patientId', 'id', 'numeric id'],
        ['grade', 'numeric', 'numeric category id'],
        ['x', 'numeric', 'numeric'],
        ['group', 'category', 'category id text'],
        ['note', 'text', 'id text'],
        ['key', 'id', 'id text'],
        ['flag', 'category', 'category'],
        ['day', 'time', 'time'],
        ['half', 'numeric', 'numeric category'],
      ],
    );
  });

  test('a long value is shortened where it is shown, and kept where it is stored', async () => {
    const long = 'é'.repeat(100_000);
    const { profile: p, arrow } = await profile(`x,y\n${long},1\n`);
    assert.equal(String(p.columns[0]?.top[0]?.value).length, 201);
    assert.deepEqual(p.columns[0]?.roles, ['id', 'text']);
    assert.equal(valuesOf(arrow, 0)[0], long);
  });

  test('the result is a result document with both artifacts', async () => {
    const { result, stages, profile: p } = await profile('x,y\n1,\n2,a\n');
    assert.deepEqual(result.summary, ['The data set has 2 rows and 2 columns.', '1 value missing.']);
    assert.deepEqual(
      result.artifacts.map((a) => a.blob),
      ['parquet', 'arrow'],
    );
    assert.deepEqual(stages, ['check', 'types', 'parquet', 'arrow', 'profile', 'store']);
    assert.deepEqual([p.format, p.encoding, p.delimiter], ['csv', 'utf-8', ',']);
  });
});

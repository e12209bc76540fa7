import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Bool,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  Table,
  TimestampMillisecond,
  TimestampNanosecond,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { profile, refusal, valuesOf } from './fixtures/profile.ts';

const arrows = { mediaType: 'application/vnd.apache.arrow.stream' };
const stream = (columns: Record<string, unknown>) =>
  Buffer.from(tableToIPC(new Table(columns as never), 'stream'));

describe('Arrow streams', () => {
  test('every type that is read, with missing values', async () => {
    const day = (text: string) => new Date(`${text}T00:00:00Z`);
    const bytes = stream({
      b: vectorFromArray([true, null, false], new Bool()),
      i8: vectorFromArray([-7, null, 7], new Int8()),
      i32: vectorFromArray([2147483647, null, -2147483647], new Int32()),
      i64: vectorFromArray([5_000_000_000n, null, -1n], new Int64()),
      f32: vectorFromArray([0.5, null, -0.5], new Float32()),
      f64: vectorFromArray([0.1, null, Number.NaN], new Float64()),
      s: vectorFromArray(['\uFEFFä😀', null, ''], new Utf8()),
      d: vectorFromArray([day('2026-11-27'), null, day('1900-01-01')], new DateDay()),
      dm: vectorFromArray([day('2026-11-27'), null, day('1969-12-31')], new DateMillisecond()),
      t: vectorFromArray([1500, null, -1], new TimestampMillisecond()),
      tn: makeVector(
        makeData({
          type: new TimestampNanosecond(),
          data: BigInt64Array.of(1_500_000n, 0n, -1n),
          nullBitmap: Uint8Array.of(0b101),
          nullCount: 1,
        }),
      ),
    });
    const { profile: p, arrow } = await profile(bytes, arrows);
    assert.equal(p.format, 'arrow');
    assert.deepEqual(
      p.columns.map(({ name, type, missing }) => [name, type, missing]),
      [
        ['b', 'boolean', 1],
        ['i8', 'integer', 1],
        ['i32', 'integer', 1],
        ['i64', 'number', 1],
        ['f32', 'number', 1],
        ['f64', 'number', 2],
        ['s', 'text', 1],
        ['d', 'date', 1],
        ['dm', 'date', 1],
        ['t', 'timestamp', 1],
        ['tn', 'timestamp', 1],
      ],
    );
    assert.deepEqual(valuesOf(arrow, 3), [5_000_000_000, null, -1]);
    assert.deepEqual(valuesOf(arrow, 5), [0.1, null, null]);
    assert.equal(p.columns[6]?.distinct, 2);
    assert.equal(p.columns[8]?.min, '1969-12-31');
    assert.deepEqual(valuesOf(arrow, 7), valuesOf(arrow, 8).with(2, valuesOf(arrow, 7)[2]));
  });

  test('many rows over several pieces, and the smallest integer, which R has no place for', async () => {
    const n = 10_000;
    const bytes = stream({
      x: vectorFromArray(
        Array.from({ length: n }, (_, i) => (i % 100 === 0 ? null : i)),
        new Int32(),
      ),
      low: vectorFromArray(
        Array.from({ length: n }, (_, i) => (i === 5 ? -2147483648 : 0)),
        new Int32(),
      ),
    });
    const { profile: p, arrow } = await profile(bytes, { mediaType: 'application/octet-stream' });
    assert.deepEqual(
      p.columns.map(({ type, missing }) => [type, missing]),
      [
        ['integer', 100],
        ['number', 0],
      ],
    );
    const values = valuesOf(arrow, 0);
    assert.ok(values.every((value, i) => value === (i % 100 === 0 ? null : i)));
  });

  test('what is refused, by its column', async () => {
    const refused = async (bytes: Buffer, code: string, where?: Record<string, unknown>) => {
      const found = await refusal(bytes, arrows);
      assert.deepEqual([found.code, found.where], [code, where], found.message);
      assert.doesNotMatch(found.message, /tmp|RangeError|undefined/);
    };
    const number = vectorFromArray([1], new Float64());
    await refused(
      stream({ a: number, l: vectorFromArray([[1]], new List(new Field('x', new Float64()))) }),
      'NESTED_VALUE',
      { column: 'l' },
    );
    const dictionary = new Dictionary(new Utf8(), new Int32());
    await refused(stream({ a: vectorFromArray(['x'], dictionary) }), 'UNSUPPORTED_TYPE', { column: 'a' });
    const decimal = makeVector(makeData({ type: new Decimal(2, 10), data: new Uint32Array(4) }));
    await refused(stream({ a: decimal }), 'UNSUPPORTED_TYPE', { column: 'a' });
    await refused(stream({ a: vectorFromArray([], new Float64()) }), 'HEADER_ONLY');
    await refused(stream({ a: vectorFromArray(['x\0'], new Utf8()) }), 'NUL_BYTE', { row: 1, column: 'a' });
    await refused(Buffer.from('a,b\n1,2\n'), 'BAD_ARROW');
    await refused(Buffer.from(tableToIPC(new Table({ a: number }), 'file')), 'BAD_ARROW');
    const invalid = stream({ s: vectorFromArray(['ABCDEFGH'], new Utf8()) });
    const at = invalid.indexOf('ABCDEFGH');
    invalid.fill(0xff, at, at + 8);
    await refused(invalid, 'BAD_ENCODING');
  });

  // In the values and by cutting. A head that lies of its own length keeps Arrow's reader busy until the run's limits end it.
  test('damaged values and cut streams are read as what they say, or refused; nothing else', async () => {
    const good = stream({
      x: vectorFromArray(
        Array.from({ length: 50 }, (_, i) => (i % 7 ? i / 3 : null)),
        new Float64(),
      ),
      s: vectorFromArray(
        Array.from({ length: 50 }, (_, i) => (i % 5 ? `text ${i}` : null)),
        new Utf8(),
      ),
    });
    const values = good.length >> 1;
    let state = 7;
    const next = (most: number) => {
      state = (state * 48271) % 2147483647;
      return state % most;
    };
    for (let i = 0; i < 150; i += 1) {
      const bytes = Buffer.from(i % 5 === 0 ? good.subarray(0, next(good.length)) : good);
      for (let k = 0; k < 1 + (i % 4) && bytes.length === good.length; k += 1)
        bytes[values + next(good.length - values)] = next(256);
      try {
        const { profile: p } = await profile(bytes, arrows);
        assert.ok(p.rows > 0);
      } catch (error) {
        const { code } = (error as { line?: { code: string } }).line ?? {};
        assert.ok(code !== undefined, `change ${i}: ${error}`);
      }
    }
  });
});

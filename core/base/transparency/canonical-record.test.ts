import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recordBytes } from './index.ts';

describe('canonical bytes of a record', () => {
  const text = (record: Record<string, unknown>): string => recordBytes(record).toString();
  it('do not depend on the order of names', () => {
    assert.equal(text({ b: 1, a: { d: [], c: null } }), '{"a":{"c":null,"d":[]},"b":1}');
    assert.equal(text({ 10: 1, 9: 2, B: 3, a: 4, '': 5 }), '{"":5,"10":1,"9":2,"B":3,"a":4}');
  });
  it('keep every name, whatever JavaScript thinks of it', () => {
    const record = JSON.parse('{"toJSON":1,"__proto__":{"b":1,"a":2},"constructor":true}');
    assert.equal(text(record), '{"__proto__":{"a":2,"b":1},"constructor":true,"toJSON":1}');
  });
  it('escape what RFC 8785 escapes, and nothing else (its section 3.2.2.2)', () => {
    const string = '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/\u2028\u{1f600}';
    assert.equal(text({ string }), '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u2028\u{1f600}"}');
    assert.equal(text({ n: [-0, -1, 2 ** 53 - 1] }), '{"n":[0,-1,9007199254740991]}');
  });
  it('are refused where two writers could differ', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    assert.doesNotThrow(() => text({ x: nested(31) }));
    const values = [
      1.5,
      2 ** 53,
      Number.NaN,
      undefined,
      1n,
      () => 1,
      new Date(0),
      new Map(),
      Buffer.of(1),
      '\ud800',
      new Array(3),
      { é: 1 },
      { '\n': 1 },
      nested(32),
      'x'.repeat(2 ** 20),
    ];
    for (const x of values) assert.throws(() => text({ x }), { code: 'request.invalid' });
  });
});

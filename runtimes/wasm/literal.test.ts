import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRLiteral } from './literal.ts';

test('scalars, lists and objects', () => {
  assert.equal(toRLiteral(null), 'NULL');
  assert.equal(toRLiteral([true, false, 1.5, -1e-300]), 'list(TRUE,FALSE,1.5,-1e-300)');
  assert.equal(toRLiteral({ a: 1, b: 'x' }), 'structure(list(1,"x"), names = c("a","b"))');
  assert.equal(toRLiteral({}), 'structure(list(), names = character())');
  assert.equal(toRLiteral([]), 'list()');
});

test('no text can leave its quotes: ASCII letters alone stand as they are', () => {
  assert.equal(toRLiteral('"); quit("no'), '"\\"); quit(\\"no"');
  assert.equal(toRLiteral('a\\\nb'), '"a\\\\\\U{a}b"');
  assert.equal(toRLiteral('ä😀'), '"\\U{e4}\\U{1f600}"');
  assert.equal(toRLiteral({ '`x`; stop()': 1 }), 'structure(list(1), names = c("`x`; stop()"))');
  assert.match(toRLiteral(JSON.parse('{"__proto__": 1}')), /"__proto__"/);
});

test('a long text comes in pieces that R can read', () => {
  const literal = toRLiteral('ä'.repeat(12_000));
  assert.match(literal, /^paste0\("(\\U\{e4\}){5000}","(\\U\{e4\}){5000}","(\\U\{e4\}){2000}"\)$/);
});

test('what R cannot hold is refused', () => {
  assert.throws(() => toRLiteral('a\0b'), RangeError);
  assert.throws(() => toRLiteral('\ud800'), RangeError);
});

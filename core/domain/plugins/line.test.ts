import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf } from './line.ts';

const text = `{
  "name": "dose",
  "tools": [
    "mean",
    "Median"
  ],
  "a/b": {
    "0": 1
  }
}`;

test('the line of a value, of a member, of an item, and of what is nearest', () => {
  const expected: Readonly<Record<string, number>> = {
    '': 1,
    '/name': 2,
    '/tools': 3,
    '/tools/1': 5,
    '/a~1b': 7,
    '/a~1b/0': 8,
    '/nothing/there': 1,
    '/tools/9': 3,
  };
  for (const [pointer, line] of Object.entries(expected)) assert.equal(lineOf(text, pointer), line, pointer);
});

test('a text without a floor has no lines, and ends nothing', () => {
  assert.equal(lineOf('['.repeat(60_000), '/0'), undefined);
  assert.equal(lineOf('', '/0'), undefined);
});

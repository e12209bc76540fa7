import assert from 'node:assert/strict';
import { test } from 'node:test';
import picocolors from 'picocolors';
import { renderTable, showNumber } from './table.ts';

const colors = picocolors.createColors(false);

test('numbers stand to the right, also beside missing ones', () => {
  const table = renderTable(
    ['name', 'n'],
    [
      ['a', 1],
      ['b', null],
      ['c', 100],
    ],
    { width: 80, colors },
  );
  assert.equal(table, 'name    n\na       1\nb\nc     100');
});

test('in a short line texts are cut, numbers never; what has no room is left out and counted', () => {
  const row = ['a long text that has to give way', 123456, 234567, 345678];
  const lines = renderTable(['text', 'first', 'second', 'third'], [row], { width: 30, colors }).split('\n');
  assert.deepEqual(lines, [
    'text           first  second',
    'a long text…  123456  234567',
    '… 1 more column: the line is too short',
  ]);
});

test('nothing in a cell starts a new line or moves the cursor', () => {
  const table = renderTable(['x'], [['a\n\u001b[2Jb']], { width: 80, colors });
  assert.equal(table, 'x\na \u{fffd}[2Jb');
});

test('six digits, and powers of ten where zeros would hide them', () => {
  assert.deepEqual([1947, 0.1234567, 0.00000366656, 0].map(showNumber), [
    '1947',
    '0.123457',
    '3.667e-6',
    '0',
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showBytes } from './progress.ts';
import { clean } from './terminal.ts';
import { wrap } from './wrap.ts';

test('nothing that others wrote can steer the terminal', () => {
  assert.equal(
    clean('a\u001b[2Jb\rc\u0007\u009b1md\u202ee\ud800'),
    'a\ufffd[2Jb\ufffdc\ufffd\ufffd1md\ufffde\ufffd',
  );
  assert.equal(clean('ä\t€\n😀'), 'ä\t€\n😀');
});

test('sizes in words', () => {
  assert.deepEqual([0, 999, 1000, 30_000_000, 2.5e12].map(showBytes), [
    '0 B',
    '999 B',
    '1.0 kB',
    '30.0 MB',
    '2.5 TB',
  ]);
});

test('sentences are broken between words, later lines under the first', () => {
  assert.equal(wrap('one two three four five six', 24, 4), 'one two three four\n    five six');
  assert.equal(wrap('one two', Number.POSITIVE_INFINITY, 4), 'one two');
});

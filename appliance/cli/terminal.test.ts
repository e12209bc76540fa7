import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showBytes } from './progress.ts';
import { renderTable } from './table.ts';
import { clean } from './terminal.ts';

test('nothing that others wrote can steer the terminal', () => {
  assert.equal(
    clean('a\u001b[2Jb\rc\u0007\u009b1md\u202ee\ud800'),
    'a\ufffd[2Jb\ufffdc\ufffd\ufffd1md\ufffde\ufffd',
  );
  assert.equal(clean('ä\t€\n😀'), 'ä\t€\n😀');
  assert.equal(renderTable(['a', 'b'], [['x\ny', '\u001b']]), 'a    b\nx y  \ufffd');
});

test('numbers stand to the right, with six digits; long texts are cut', () => {
  assert.equal(
    renderTable(
      ['term', 'estimate', 'note'],
      [
        ['x', 1.23456789, undefined],
        ['longer', -200, null],
      ],
    ),
    'term    estimate  note\nx        1.23457\nlonger      -200',
  );
  const numbers = [1e-9, 123456789, 0.1 + 0.2, 1e300];
  const lines = renderTable(
    ['n'],
    numbers.map((n) => [n]),
  ).split('\n');
  assert.deepEqual(
    lines.slice(1).map((line) => line.trim()),
    ['1e-9', '123456789', '0.3', '1e+300'],
  );
  assert.match(renderTable(['a', 'b'], [['x'.repeat(100), 'y']]), /x… {2}y$/);
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

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AssayError } from '@assay/sdk';
import type { Admission } from './admission.ts';
import { checkSize } from './size.ts';

const limits = { seconds: 60, memoryMb: 1024, outputMb: 1 };

/** An admission of one data set, as far as its size is looked at. */
function admission(manifest: object, rows: number, columns: number): Admission {
  const data = new Map([['data', { rows, columns: Array.from({ length: columns }) }]]);
  const tool = { name: 'acme/mean', manifest: { inputs: [{ slot: 'data' }], limits, ...manifest } };
  return { tool, data } as unknown as Admission;
}

function issuesOf(given: Admission) {
  try {
    checkSize(given);
    return [];
  } catch (error) {
    assert.ok(AssayError.is(error, 'tool.input_invalid'));
    return error.issues;
  }
}

describe('the size of data', () => {
  test('rows and columns, from and to', () => {
    const inputs = [{ slot: 'data', minRows: 3, maxRows: 10, maxColumns: 2 }];
    const codes = (rows: number, columns: number) =>
      issuesOf(admission({ inputs }, rows, columns)).map(({ code }) => code);
    assert.deepEqual(codes(3, 2), []);
    assert.deepEqual(codes(2, 3), ['TOO_FEW_ROWS', 'TOO_MANY_COLUMNS']);
    assert.deepEqual(codes(11, 1), ['TOO_MANY_ROWS']);
  });

  test('what they would take, by the cost that the author measured, against the limits', () => {
    const cost = {
      seconds: { base: 1, perMillionCells: 10 },
      memoryMb: { base: 124, perMillionCells: 100 },
    };
    assert.deepEqual(issuesOf(admission({ cost }, 590_000, 10)), []);
    assert.deepEqual(issuesOf(admission({ cost }, 1_000_000, 10)), [
      {
        pointer: '/inputs',
        code: 'TOO_LARGE',
        detail: 'Data of this size take about 101 s; a run of acme/mean may take 60.',
        hint: 'Rows by columns of all inputs together may be at most 5900000.',
      },
      {
        pointer: '/inputs',
        code: 'TOO_LARGE',
        detail: 'Data of this size take about 1124 MB of memory; a run of acme/mean may take 1024.',
        hint: 'Rows by columns of all inputs together may be at most 9000000.',
      },
    ]);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ToolStop } from '../process/program.ts';
import { type SharedColumn, shareColumns, toArrow } from './columns.ts';

const all: readonly SharedColumn[] = [
  { name: 'n', type: 'number', values: Float64Array.of(1.5, 0, -0.1), valid: Uint8Array.of(1, 0, 1) },
  { name: 'i', type: 'integer', values: Int32Array.of(2147483647, -2147483648, 0) },
  { name: 'b', type: 'boolean', values: Uint8Array.of(1, 0, 1), valid: Uint8Array.of(1, 1, 0) },
  { name: 'd', type: 'date', values: Int32Array.of(-719162, 0, 2932896) },
  { name: 't', type: 'timestamp', values: Float64Array.of(-1, 0, Number.MAX_SAFE_INTEGER) },
  { name: 'é', type: 'text', values: Int32Array.of(1, 0, 1), levels: ['', 'a\u{1f600}'] },
];
const schemaOf = (columns: readonly SharedColumn[]) => ({
  rows: columns[0]?.values.length ?? 0,
  columns: columns.map(({ name, type, valid }) => ({ name, type, nullable: Boolean(valid) })),
});

describe('columns through Arrow', () => {
  test('every type comes back as it went', () => {
    const back = shareColumns(toArrow(all), schemaOf(all) as never);
    for (const [at, { name, type, values, valid, levels }] of all.entries()) {
      const column = back[at];
      assert.deepEqual([column?.name, column?.type], [name, type]);
      const [was, is] = [[...values], [...(column?.values ?? [])]].map((each, side) =>
        each.map((value, i) => {
          if (valid?.[i] === 0) return undefined;
          return levels ? (side === 0 ? levels : column?.levels)?.[value] : value;
        }),
      );
      assert.deepEqual(is, was, name);
    }
  });

  test('a moment with more digits than a number holds is refused with its row, not rounded', () => {
    const column = (last: number, valid?: Uint8Array): SharedColumn[] => [
      { name: 'when', type: 'timestamp', values: Float64Array.of(0, last), ...(valid ? { valid } : {}) },
    ];
    for (const far of [2 ** 53, -(2 ** 53)]) {
      const columns = column(far);
      assert.throws(
        () => shareColumns(toArrow(columns), schemaOf(columns) as never),
        (error) => {
          assert.ok(error instanceof ToolStop);
          assert.equal(error.line.code, 'TIMESTAMP_RANGE');
          assert.deepEqual(error.line.where, { column: 'when', row: 2 });
          return true;
        },
      );
      // What lies under a missing value is not looked at.
      const missing = column(far, Uint8Array.of(1, 0));
      assert.equal(shareColumns(toArrow(missing), schemaOf(missing) as never)[0]?.valid?.[1], 0);
    }
  });
});

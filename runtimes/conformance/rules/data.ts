import assert from 'node:assert/strict';
import {
  everyType,
  everyValue,
  hostileNamed,
  hostileNames,
  hostileText,
  hostileTexts,
  manyRows,
  manyRowsSum,
  noRows,
} from '../data.ts';
import { mustEqual, valuesOf } from '../kit.ts';
import type { Rule } from '../rules.ts';

interface ReadColumn {
  readonly name: string;
  readonly values: unknown;
}

const numbers = [
  0.1,
  1 / 3,
  -2.5e-7,
  123_456_789.123_456_78,
  1e308,
  5e-324,
  2 ** 53 - 1,
  Math.PI,
  1e21,
  0.1 + 0.2,
  1e-7,
];
const nested = { a: [1, [2, [3]]], b: { c: { d: 'e' } }, 'x/y~z': true, '😀': null, empty: '' };

/** From the runner to the tool: data and parameters arrive as they are. */
export const dataRules: readonly Rule[] = [
  {
    id: 'types',
    says: 'Booleans, integers, numbers, texts, dates and timestamps arrive as they are; a missing value is missing.',
    async check(kit) {
      const { columns } = await valuesOf(kit, 'reads');
      assert.deepEqual(
        (columns as ReadColumn[]).map(({ values }) => values),
        everyValue,
      );
      assert.deepEqual(
        (columns as ReadColumn[]).map(({ name }) => name),
        everyType.schema.columns.map(({ name }) => name),
      );
    },
  },
  {
    id: 'texts',
    says: 'Texts arrive code point by code point, also those that look like a missing value or a number.',
    async check(kit) {
      const { columns } = await valuesOf(kit, 'reads', { data: hostileText });
      mustEqual((columns as ReadColumn[])[0]?.values, hostileTexts);
    },
  },
  {
    id: 'names',
    says: 'A column may be called anything; columns keep their order and their names.',
    async check(kit) {
      const { columns } = await valuesOf(kit, 'reads', { data: hostileNamed });
      assert.deepEqual(
        (columns as ReadColumn[]).map(({ name, values }) => ({ name, values })),
        hostileNames.map((name, i) => ({ name, values: [i] })),
      );
    },
  },
  {
    id: 'no-rows',
    says: 'A data set may have no rows.',
    async check(kit) {
      assert.deepEqual(await valuesOf(kit, 'sums', { data: noRows }), { rows: 0, sum: 0 });
    },
  },
  {
    id: 'many-rows',
    says: 'A data set may have a million rows.',
    async check(kit) {
      assert.deepEqual(await valuesOf(kit, 'sums', { data: manyRows() }), {
        rows: 1_000_000,
        sum: manyRowsSum,
      });
    },
  },
  {
    id: 'parameters',
    says: 'Parameters arrive as they are: nested, in any script, with numbers to the last bit.',
    async check(kit) {
      const value = { numbers, nested, texts: hostileTexts, flags: [true, false] };
      const { answer } = await valuesOf(kit, 'echoes', { params: { value } });
      mustEqual(answer, value);
    },
  },
  {
    id: 'large-parameters',
    says: 'Parameters may be megabytes.',
    async check(kit) {
      const value = { text: 'ä'.repeat(500_000), list: Array.from({ length: 20_000 }, (_, i) => i / 7) };
      const { answer } = await valuesOf(kit, 'echoes', { params: { value } });
      mustEqual(answer, value);
    },
  },
  {
    id: 'files',
    says: 'A tool may be of more files than one; the program’s may use what the others define.',
    async check(kit) {
      assert.deepEqual(await valuesOf(kit, 'two'), { answer: 42 });
    },
  },
  {
    id: 'large-files',
    says: 'A file of a tool may be megabytes.',
    async check(kit) {
      assert.equal((await valuesOf(kit, 'says', { padding: 4_000_000 })).answer, 1);
    },
  },
];

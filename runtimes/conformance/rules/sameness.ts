import assert from 'node:assert/strict';
import { valuesOf } from '../kit.ts';
import type { Rule } from '../rules.ts';

/** The same job is the same result, everywhere. */
export const samenessRules: readonly Rule[] = [
  {
    id: 'seed',
    says: 'The same seed draws the same random numbers, another seed others.',
    async check(kit) {
      const draw = async (seed: number) => (await valuesOf(kit, 'draws', { seed })).answer;
      const one = await draw(7);
      assert.equal(typeof one, 'number');
      assert.notEqual(one, await draw(8));
      const again = await kit.afresh({ tool: 'draws', seed: 7 });
      assert.equal(JSON.parse(String(again.result)).values.answer, one);
    },
  },
  {
    id: 'same-bytes',
    says: 'The same job twice gives the same bytes, of the result and of every blob.',
    async check(kit) {
      const [one, two] = [await kit.talk({ tool: 'shows' }), await kit.afresh({ tool: 'shows' })];
      assert.ok(one.result && two.result && one.result.equals(two.result));
      assert.deepEqual([...one.bodies], [...two.bodies]);
    },
  },
  {
    id: 'digits',
    says: 'Numbers are written so that they are read as the same double, bit by bit.',
    async check(kit) {
      const value = [
        0.1 + 0.2,
        1 / 3,
        2 / 3,
        1e22,
        9007199254740991,
        1.7976931348623157e308,
        2.2250738585072014e-308,
      ];
      assert.deepEqual((await valuesOf(kit, 'echoes', { params: { value } })).answer, value);
    },
  },
  {
    id: 'place',
    says: 'The time zone is UTC, the decimal mark a point, and texts sort by their code points.',
    async check(kit) {
      assert.deepEqual(await valuesOf(kit, 'place'), {
        time: '1970-01-01T00:00:00',
        number: '1234.5',
        sorted: ['A', 'B', 'a', 'b', 'ä'],
      });
    },
  },
];

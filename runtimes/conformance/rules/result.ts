import assert from 'node:assert/strict';
import { checkFigure, mediaTypes, Table } from '@assay/sdk';
import { Compile } from 'typebox/compile';
import { resultOf } from '../kit.ts';
import type { Rule } from '../rules.ts';

const tableCheck = Compile(Table);
const classes = ['input', 'data', 'convergence', 'resource', 'unsupported'] as const;

/** From the tool to the runner: results, tables, figures and refusals. */
export const resultRules: readonly Rule[] = [
  {
    id: 'document',
    says: 'The result is JSON in UTF-8 that fits the schema of results, whatever a tool leaves out.',
    async check(kit) {
      const { values, summary, method } = resultOf(await kit.talk({ tool: 'says' }));
      assert.deepEqual({ values, summary }, { values: { answer: 1 }, summary: ['said'] });
      assert.equal(method.reference, 'conformance');
    },
  },
  {
    id: 'nonfinite',
    says: 'What JSON has no word for is null in `values`, and told in `nonfinite` with its place.',
    async check(kit) {
      const { values, nonfinite } = resultOf(await kit.talk({ tool: 'unsayable' }));
      assert.deepEqual(values, { answer: [null, null, null, 1], deep: { 'a/b~c': null } });
      assert.deepEqual(nonfinite, [
        { path: '/answer/0', value: 'nan' },
        { path: '/answer/1', value: 'inf' },
        { path: '/answer/2', value: '-inf' },
        { path: '/deep/a~1b~0c', value: 'nan' },
      ]);
    },
  },
  {
    id: 'tables',
    says: 'A table is a blob of its media type that fits the schema of tables; the result refers to it.',
    async check(kit) {
      const conversation = await kit.talk({ tool: 'shows' });
      const [reference, ...more] = resultOf(conversation).tables;
      assert.deepEqual(more, []);
      assert.deepEqual({ name: reference?.name, title: reference?.title }, { name: 'cells', title: 'Cells' });
      const line = conversation.lines.find(({ t, id }) => t === 'blob' && id === reference?.blob);
      assert.partialDeepStrictEqual(line, { role: 'table', media: mediaTypes.table });
      const table: unknown = JSON.parse(String(conversation.bodies.get(String(reference?.blob))));
      assert.ok(tableCheck.Check(table), JSON.stringify(table));
      assert.deepEqual(
        table.columns.map(({ name, type }) => ({ name, type })),
        [
          { name: 'a', type: 'number' },
          { name: 'b', type: 'text' },
        ],
      );
      assert.deepEqual(table.rows, [
        [1.5, 'x'],
        [null, 'y'],
      ]);
    },
  },
  {
    id: 'figures',
    says: 'A figure is a blob with a Vega-Lite document within what is allowed; the result refers to it.',
    async check(kit) {
      const conversation = await kit.talk({ tool: 'shows' });
      const [reference] = resultOf(conversation).figures;
      assert.partialDeepStrictEqual(reference, { name: 'plot', title: 'Plot', alt: 'A plot.' });
      const line = conversation.lines.find(({ t, id }) => t === 'blob' && id === reference?.blob);
      assert.partialDeepStrictEqual(line, { role: 'figure', media: mediaTypes.figure });
      const figure: unknown = JSON.parse(String(conversation.bodies.get(String(reference?.blob))));
      assert.deepEqual(checkFigure(figure), []);
      assert.partialDeepStrictEqual(figure, { data: { values: [{ x: 1, y: 2 }] }, mark: 'point' });
    },
  },
  {
    id: 'order',
    says: 'Blobs come before the result, each id once.',
    async check(kit) {
      const { lines } = await kit.talk({ tool: 'shows' });
      const ids = lines.filter(({ t }) => t === 'blob').map(({ id }) => id);
      assert.equal(new Set(ids).size, 2);
      const names = lines.map(({ t }) => t);
      assert.ok(names.lastIndexOf('blob') < names.indexOf('result'), names.join(' '));
    },
  },
  {
    id: 'refusals',
    says: 'A tool’s own no is an `error` with the class, code, message, place and hint that the tool gave.',
    async check(kit) {
      for (const kind of classes) {
        const { lines, result } = await kit.talk({ tool: 'refuses', params: { class: kind } });
        assert.deepEqual(lines.at(-1), {
          ...{ t: 'error', class: kind, code: 'TOO_FEW', message: 'too few' },
          ...{ where: { column: 'n', rows: 3 }, hint: 'more' },
        });
        assert.equal(result, undefined);
      }
    },
  },
  {
    id: 'faults',
    says: 'What breaks in a tool is an `error` of class internal with the message of the language, and no trace.',
    async check(kit) {
      const error = (await kit.talk({ tool: 'breaks' })).lines.at(-1);
      assert.partialDeepStrictEqual(error, { t: 'error', class: 'internal' });
      assert.match(String(error?.message), /broken/);
      assert.doesNotMatch(String(error?.message), /\n\s+at |Traceback/);
    },
  },
];

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintMissingColumns } from './columns.ts';
import type { Column } from './dataset.ts';

const column = (name: string, role: Column['role']): Column => ({
  name,
  role,
  roles: [role],
  type: 'number',
});
const data = [column('dose', 'numeric'), column('site', 'category'), column('age', 'numeric')];
const schema = {
  properties: {
    response: { type: 'string', column: { input: 'data', roles: ['numeric'] } },
    groups: { type: 'array', items: { type: 'string', column: { input: 'data', roles: ['category'] } } },
    when: { type: 'string', column: { input: 'data', roles: ['time'] } },
    level: { type: 'number' },
  },
};
const missing = (name: string, pointer = '/params') => ({
  ...{ pointer, code: 'REQUIRED', detail: `/params: "${name}" is missing.` },
});
const hints = (...issues: ReturnType<typeof missing>[]) =>
  hintMissingColumns(schema, issues, { data }).map(({ hint }) => hint);

test('what is missing and means a column says which would do', () => {
  assert.deepEqual(hints(missing('response'), missing('groups'), missing('when')), [
    'columns that fit (numeric): dose, age',
    'columns that fit (category): site',
    'no column of this data set can be used as time',
  ]);
});

test('what means no column, is nested, or is called like a part of every object is left as it is', () => {
  assert.deepEqual(
    hints(missing('level'), missing('response', '/params/deeper'), missing('__proto__'), missing('toString')),
    [undefined, undefined, undefined, undefined],
  );
});

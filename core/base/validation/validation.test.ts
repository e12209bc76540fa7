import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssayError, PluginManifest, Report, ResultDocument, ToolManifest } from '@assay/sdk';
import { createValidator } from './index.ts';

const schema = {
  type: 'object',
  properties: {
    design: { anyOf: [{ const: 'paired' }, { const: 'two_sample' }] },
    mu: { type: 'number', default: 0 },
    columns: { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
  },
  required: ['design'],
  additionalProperties: false,
};

test('says what was wrong, where, and what would be right', () => {
  const check = createValidator().compile(schema);
  const issues = check({ design: 'unpaired', mu: 'x', columns: [], extra: 1 }, '/params');
  assert.deepEqual(issues.map((i) => `${i.code} ${i.detail}`).sort(), [
    'ADDITIONAL_PROPERTIES /params: "extra" is not known here.',
    'ENUM /params/design: must be one of "paired", "two_sample".',
    'MIN_ITEMS /params/columns: needs at least 1 item.',
    'TYPE /params/mu: must be number.',
  ]);
});

test('fills in defaults only when asked to', () => {
  const value = { design: 'paired' };
  assert.deepEqual(createValidator().compile(schema)(value), []);
  assert.deepEqual(value, { design: 'paired' });
  assert.deepEqual(createValidator().compile(schema, { defaults: true })(value), []);
  assert.deepEqual(value, { design: 'paired', mu: 0 });
});

test('refuses schemas with unknown keywords or remote references', () => {
  const validator = createValidator();
  for (const bad of [
    { type: 'object', propertiez: {} },
    { $ref: 'https://example.org/x.json' },
    { type: 'strin' },
  ])
    assert.throws(
      () => validator.compile(bad),
      (e) => AssayError.is(e, 'plugin.manifest_invalid'),
    );
});

test('an inherited property does not count as given', () => {
  const check = createValidator().compile({ type: 'object', required: ['constructor'] });
  assert.equal(check({}).length, 1);
});

test('compiles every schema of the contract', () => {
  const validator = createValidator();
  for (const contract of [PluginManifest, ToolManifest, ResultDocument, Report]) validator.compile(contract);
});

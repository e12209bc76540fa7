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

test('says under which condition something is missing or is not allowed', () => {
  const seasonal = { properties: { method: { const: 'seasonal' } }, required: ['method'] };
  const properties = { method: { enum: ['drift', 'seasonal'] }, season: { type: 'integer', minimum: 2 } };
  const forms = { type: 'object', properties, additionalProperties: false };
  const said = (schema: object, value: unknown) =>
    createValidator()
      .compile(schema)(value, '/params')
      .map((issue) => issue.detail);
  // By entries: an object that has "then" by its name could be taken for a promise.
  const conditional = (...parts: [string, object][]) => Object.fromEntries(parts);
  const needed: [string, object] = ['then', { required: ['season'] }];
  const either = conditional(['if', seasonal], needed, ['else', { properties: { season: false } }]);
  for (const schema of [
    { ...forms, ...either },
    { ...forms, allOf: [either] },
  ]) {
    assert.deepEqual(said(schema, { method: 'seasonal', season: 4 }), []);
    assert.deepEqual(said(schema, { method: 'seasonal' }), [
      '/params: "season" is missing, where "method" is "seasonal".',
    ]);
    assert.deepEqual(said(schema, { method: 'drift', season: 4 }), [
      '/params/season: is not allowed, unless "method" is "seasonal".',
    ]);
    // What is wrong by itself is told without it.
    assert.deepEqual(said(schema, { method: 'seasonal', season: 1 }), ['/params/season: must be 2 or more.']);
  }
  // A condition that is more than values of members is not put into words.
  const odd = { ...forms, ...conditional(['if', { minProperties: 1 }], needed) };
  assert.deepEqual(said(odd, { method: 'drift' }), ['/params: "season" is missing.']);
  const needs = { ...forms, dependentRequired: { season: ['method'] } };
  assert.deepEqual(said(needs, { season: 2 }), ['/params: "method" is missing, which "season" needs.']);
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

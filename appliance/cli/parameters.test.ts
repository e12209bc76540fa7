import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusedError, UsageError } from './exit.ts';
import { readParameters as readPairs, splitPairs } from './parameters.ts';

const readParameters = (given: readonly string[], schema: unknown) => readPairs(splitPairs(given), schema);

const parameters = {
  properties: {
    response: { type: 'string' },
    predictors: { type: 'array', items: { type: 'string' } },
    powers: { type: 'array', items: { type: 'integer' } },
    level: { type: 'number' },
    intercept: { type: 'boolean' },
    polynomial: { type: 'object' },
    by: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    limit: { anyOf: [{ type: 'integer' }, { const: 'none' }] },
    robust: { type: 'string', enum: ['none', 'HC3'] },
  },
};

test('reads values as the schema of the tool asks for them', () => {
  const read = (...given: string[]) => readParameters(given, parameters);
  assert.deepEqual(read('response=y', 'level=0.9', 'intercept=false'), {
    response: 'y',
    level: 0.9,
    intercept: false,
  });
  assert.deepEqual(read('predictors=a,b c, d'), { predictors: ['a', 'b c', 'd'] });
  assert.deepEqual(read('predictors=a'), { predictors: ['a'] });
  assert.deepEqual(read('predictors=["a,b","c"]'), { predictors: ['a,b', 'c'] });
  assert.deepEqual(read('predictors="a,b",c'), { predictors: ['a,b', 'c'] });
  assert.deepEqual(read('predictors=a', 'predictors=b'), { predictors: ['a', 'b'] });
  assert.deepEqual(read('powers=1,2'), { powers: [1, 2] });
  assert.deepEqual(read('polynomial={"x":3}'), { polynomial: { x: 3 } });
  assert.deepEqual(read('by=a', 'limit=none', 'robust=HC3'), { by: 'a', limit: 'none', robust: 'HC3' });
  assert.deepEqual(read('by=a,b', 'limit=3'), { by: ['a', 'b'], limit: 3 });
});

test('a column may be called 1, true or a=b', () => {
  assert.deepEqual(readParameters(['response=1'], parameters), { response: '1' });
  assert.deepEqual(readParameters(['response=true'], parameters), { response: 'true' });
  assert.deepEqual(readParameters(['response="null"'], parameters), { response: 'null' });
  assert.deepEqual(readParameters(['response=a=b'], parameters), { response: 'a=b' });
  assert.deepEqual(readParameters(['predictors=1,2'], parameters), { predictors: ['1', '2'] });
});

test('what no schema describes is JSON where it is JSON, else text', () => {
  const given = ['other=1', 'text=x', 'list=[1]', 'constructor=x'];
  assert.deepEqual(readParameters(given, {}), { other: 1, text: 'x', list: [1], constructor: 'x' });
});

test('what is no name=value is refused', () => {
  for (const bad of ['response', '=y', '__proto__=1'])
    assert.throws(() => readParameters([bad], parameters), UsageError);
});

test('a name that the tool does not have is refused with the nearest that it has', () => {
  const closed = { ...parameters, additionalProperties: false };
  const refused = (given: string, hint: RegExp) =>
    assert.throws(
      () => readParameters([given], closed),
      (error) => error instanceof RefusedError && hint.test(error.issues[0]?.hint ?? ''),
    );
  refused('predictor=x', /"predictors"/);
  refused('Respones=y', /"response"/);
  refused('something=1', /There are response, predictors/);
  refused('constructor=1', /There are/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFigure } from './figure.ts';

const values = [{ x: 1, y: 2, g: 'a' }];
const good = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  title: 'Two things',
  data: { values },
  layer: [
    {
      mark: { type: 'point', filled: true },
      encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
    },
    {
      data: { values: [{ zero: 0 }] },
      mark: 'rule',
      encoding: { y: { field: 'zero', type: 'quantitative' } },
    },
  ],
};

test('an ordinary figure is allowed', () => assert.deepEqual(checkFigure(good), []));

let deep: object = good;
for (let i = 0; i < 12; i += 1) deep = { layer: [deep] };

const attacks: Record<string, unknown> = {
  'data from a URL': { ...good, data: { url: 'http://169.254.169.254/' } },
  'a file': { ...good, data: { url: 'file:///etc/passwd', format: { type: 'csv' } } },
  'named data': { ...good, data: { name: 'other' }, datasets: { other: [] } },
  'a generator': { ...good, data: { sequence: { start: 0, stop: 1e12 } } },
  graticule: { ...good, data: { graticule: true } },
  'data in a layer': { ...good, layer: [{ mark: 'point', data: { url: 'x' } }] },
  'data in a facet': { data: { values }, facet: { field: 'g' }, spec: { mark: 'point', data: { url: 'x' } } },
  'an image': { ...good, layer: [{ mark: 'image', encoding: { url: { value: 'http://x/' } } }] },
  'an image by object': { ...good, layer: [{ mark: { type: 'image', url: 'http://x/' } }] },
  'a map': { ...good, layer: [{ mark: 'geoshape' }] },
  'a projection': { ...good, projection: { type: 'mercator' } },
  'a link': { ...good, layer: [{ mark: { type: 'point', href: 'javascript:alert(1)' } }] },
  'a link channel': { ...good, layer: [{ mark: 'point', encoding: { href: { field: 'g' } } }] },
  'an expression in a mark': { ...good, layer: [{ mark: { type: 'point', size: { expr: 'alert(1)' } } }] },
  'an expression in a label': {
    ...good,
    layer: [{ mark: 'point', encoding: { x: { field: 'x', axis: { labelExpr: 'alert(1)' } } } }],
  },
  'a condition': {
    ...good,
    layer: [{ mark: 'point', encoding: { color: { condition: { test: 'alert(1)', value: 'red' } } } }],
  },
  'a signal': { ...good, width: { signal: 'alert(1)' } },
  signals: { ...good, signals: [] },
  params: { ...good, params: [{ name: 'p', expr: '1' }] },
  selection: { ...good, selection: {} },
  'a calculation': { ...good, transform: [{ calculate: 'alert(1)', as: 'z' }] },
  'a filter': { ...good, transform: [{ filter: 'alert(1)' }] },
  'a lookup': { ...good, transform: [{ lookup: 'x', from: { data: { url: 'http://x/' } } }] },
  'an unknown transform': { ...good, transform: [{ teleport: 1 }] },
  'a transform that is none': { ...good, transform: 'x' },
  usermeta: { ...good, usermeta: { embedOptions: { loader: {} } } },
  'config with an expression': { ...good, config: { axis: { labelColor: { expr: 'alert(1)' } } } },
  'an unknown key': { ...good, onload: 'x' },
  'too many rows': { ...good, data: { values: Array.from({ length: 5001 }, () => ({ x: 1 })) } },
  'too many fields': {
    ...good,
    data: { values: [Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`f${i}`, i]))] },
  },
  'nested cells': { ...good, data: { values: [{ x: { y: 1 } }] } },
  'rows that are none': { ...good, data: { values: ['a'] } },
  'too deep': deep,
  'too many parts': {
    ...good,
    config: Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`k${i}`, i])),
  },
  'a long text': { ...good, title: 'x'.repeat(5000) },
  'a prototype': JSON.parse('{"data":{"values":[]},"mark":"point","__proto__":{"x":1}}'),
  'no mark of ours': { data: { values }, mark: { type: 'script' } },
  'a mark that is none': { data: { values }, mark: 7 },
  'not an object': [good],
  nothing: null,
};

for (const [name, spec] of Object.entries(attacks))
  test(`refused: ${name}`, () => assert.notDeepEqual(checkFigure(spec), []));

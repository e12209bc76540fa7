import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { digestDirectory } from '@assay/sdk';
import { createValidator } from '../../base/validation/index.ts';
import { createTrial } from '../../base/validation/trial.ts';
import { loadPlugins, tryPlugins } from './index.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assay-schemas-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** `tool.json` as text, so that it can hold what an object cannot. */
function toolJson(parameters: string): string {
  const rest = {
    title: 'Does nothing',
    question: 'What does the schema of its parameters do?',
    whenToUse: ['In this test.'],
    examples: ['What if it is deep?', 'What if it never ends?'],
    assumptions: [],
    citations: [{ text: 'Made for the tests of Assay.' }],
    runtimes: ['wasm'],
    program: 'main.R',
    requires: {},
    inputs: [{ slot: 'data', description: 'Any data set.' }],
    output: { type: 'object' },
    refusals: [],
    limits: { seconds: 1, memoryMb: 64, outputMb: 1 },
    cases: [],
  };
  return `${JSON.stringify(rest).slice(0, -1)},"parameters":${parameters}}`;
}

let count = 0;
/** An own plugin whose one tool has these parameters. */
async function pluginWith(parameters: string) {
  count += 1;
  const name = `stranger-${count}`;
  const directory = path.join(folder, name);
  await mkdir(path.join(directory, 'tool'), { recursive: true });
  const manifest = {
    edition: '2026-11-01',
    name,
    version: '1.0.0',
    title: 'Of a stranger',
    description: 'Of a stranger.',
    publisher: 'stranger',
    license: 'Apache-2.0',
    tools: ['tool'],
  };
  await writeFile(path.join(directory, 'plugin.json'), JSON.stringify(manifest));
  await writeFile(path.join(directory, 'tool/tool.json'), toolJson(parameters));
  return { name, directory, admitted: await digestDirectory(directory), trust: 'own' as const };
}

async function load(parameters: string) {
  const harmless = await pluginWith('{"type":"object"}');
  const validator = createValidator();
  const trial = createTrial();
  const sources = [await pluginWith(parameters), harmless];
  const tried = await tryPlugins(validator, sources, trial, []).finally(() => trial.close());
  const { plugins } = await loadPlugins(validator, tried);
  const [plugin, beside] = plugins;
  assert.equal(beside?.state, 'enabled', 'a plugin beside it is loaded all the same');
  return plugin;
}

const object = (members: object) => JSON.stringify({ type: 'object', ...members });
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
const properties = (many: number, each: object) =>
  Object.fromEntries(Array.from({ length: many }, (_, i) => [`p${i}`, each]));
const patterns = (many: number, pattern: string) =>
  Object.fromEntries(
    Array.from({ length: many }, (_, i) => [`p${i}`, { type: 'string', pattern: pattern + i }]),
  );
const doubling = Object.fromEntries(
  Array.from({ length: 30 }, (_, i) => [
    `d${i}`,
    i === 0 ? { type: 'string' } : { allOf: [{ $ref: `#/$defs/d${i - 1}` }, { $ref: `#/$defs/d${i - 1}` }] },
  ]),
);

/** Each is harmless; together they are programs of a hundred megabytes. */
const busy = { type: 'object', properties: patterns(1000, '^[a-z]{1,900}') };

const refused: Readonly<Record<string, readonly [schema: string, rule: RegExp]>> = {
  'objects 33 deep': [
    `{"type":"object","not":${nested(40, '{"not":', '}').replace('{"not":}', '{}')}}`,
    /deeper than 32/,
  ],
  'arrays 20,000 deep': [`{"type":"object","default":${nested(20_000, '[', ']')}}`, /deeper than 32/],
  '20,000 properties': [object({ properties: properties(20_000, {}) }), /larger than 65536 bytes/],
  '2,500 properties': [object({ properties: properties(2500, {}) }), /more than 2000 parts/],
  'an enum of 300 values': [
    object({ properties: { a: { enum: Array.from({ length: 300 }, (_, i) => i) } } }),
    /more than 200 values/,
  ],
  'a pattern of 300 characters': [
    object({ properties: { a: { type: 'string', pattern: 'a'.repeat(300) } } }),
    /longer than 256/,
  ],
  'a pattern of 300 characters for names': [
    object({ patternProperties: { ['a'.repeat(300)]: {} } }),
    /longer than 256/,
  ],
  'a pattern that looks back': [
    object({ properties: { a: { type: 'string', pattern: '(a+)\\1' } } }),
    /linear time.*escape/,
  ],
  'a pattern that looks ahead': [
    object({ properties: { a: { type: 'string', pattern: '(?=a+)b' } } }),
    /linear time/,
  ],
  'a pattern that is none': [object({ properties: { a: { type: 'string', pattern: '(' } } }), /linear time/],
  '1,000 patterns of 900 repetitions': [
    JSON.stringify(busy),
    /takes (more than 128 MB of memory|longer than 2000 ms)/,
  ],
  'a repetition of repetitions': [
    object({ properties: { a: { type: 'string', pattern: '((a{1,100}){1,100}){1,100}' } } }),
    /linear time/,
  ],
  'a remote reference': [object({ properties: { a: { $ref: 'https://example.org/a' } } }), /not a local ref/],
  'a reference to a file': [object({ properties: { a: { $ref: 'file:///etc/passwd' } } }), /not a local ref/],
  'a reference to nothing': [
    object({ properties: { a: { $ref: '#/$defs/none' } } }),
    /can't resolve reference/,
  ],
  'a reference to itself': [
    object({ properties: { a: { $ref: '#/properties/a' } } }),
    /lead back to themselves/,
  ],
  'references in a ring': [
    object({
      $defs: { a: { allOf: [{ $ref: '#/$defs/b' }] }, b: { anyOf: [{ $ref: '#/$defs/a' }] } },
      properties: { x: { $ref: '#/$defs/a' } },
    }),
    /lead back to themselves/,
  ],
  'references that double thirty times': [
    object({ $defs: doubling, properties: { x: { $ref: '#/$defs/d29' } } }),
    /unfold it to more than 10000/,
  ],
  '__proto__ as a name': ['{"type":"object","properties":{"__proto__":{"type":"string"}}}', /"__proto__"/],
  '__proto__ in a default': ['{"type":"object","default":{"__proto__":{"admin":true}}}', /"__proto__"/],
  'constructor as a name': ['{"type":"object","properties":{"constructor":{}}}', /"constructor"/],
  'prototype as a name': ['{"type":"object","properties":{"prototype":{}}}', /"prototype"/],
  'a value out of the data ($data)': [
    object({ properties: { a: { const: { $data: '1/b' } } } }),
    /"\$data" is not allowed/,
  ],
  'a dynamic reference': [object({ $dynamicRef: '#a' }), /"\$dynamicRef" is not allowed/],
  'the name of a schema of ours': [
    object({ $id: 'urn:assay:schema:plugin-manifest:2026-11-01' }),
    /"\$id" is not allowed/,
  ],
  'distinct items without a bound': [
    object({ properties: { a: { type: 'array', uniqueItems: true } } }),
    /uniqueItems needs maxItems/,
  ],
  'distinct items up to a million': [
    object({ properties: { a: { type: 'array', uniqueItems: true, maxItems: 1_000_000 } } }),
    /of at most 10000/,
  ],
  'a word that no draft knows': [object({ properties: { a: { exec: 'id' } } }), /unknown keyword: "exec"/],
  'a format that nobody knows': [
    object({ properties: { a: { type: 'string', format: 'shell' } } }),
    /unknown format "shell"/,
  ],
  'another draft': [
    object({ $schema: 'http://json-schema.org/draft-04/schema#' }),
    /no schema with key or ref/,
  ],
};

describe('a plugin is quarantined by the rule that its schema breaks', () => {
  for (const [name, [schema, rule]] of Object.entries(refused))
    test(name, async () => {
      const plugin = await load(schema);
      assert.equal(plugin?.state, 'quarantined');
      assert.match(plugin?.reasons.join('\n') ?? '', rule);
      assert.match(plugin?.reasons[0] ?? '', /^tool\/tool\.json/);
    });
});

describe('a pattern that takes for ever elsewhere', () => {
  for (const pattern of ['^(a+)+$', '^(a|aa)+$', '^(.*a){20}$'])
    test(`${pattern} is done at once`, { timeout: 20_000 }, async () => {
      const plugin = await load(object({ properties: { a: { type: 'string', pattern } } }));
      assert.equal(plugin?.state, 'enabled', plugin?.reasons.join());
      const [tool] = plugin?.tools ?? [];
      assert.equal(tool?.checkParameters({ a: `${'a'.repeat(5000)}!` })[0]?.code, 'PATTERN');
      assert.deepEqual(tool?.checkParameters({ a: 'a'.repeat(40) }), []);
    });
});

test('api and worker load nothing of a stranger that was not tried', async () => {
  const { plugins } = await loadPlugins(createValidator(), [await pluginWith('{"type":"object"}')]);
  assert.deepEqual(plugins[0]?.reasons, ['its schemas were not tried in another process']);
  assert.deepEqual(plugins[0]?.tools, []);
});

test('a name that could be taken for one that ships', async () => {
  const trial = createTrial();
  const source = await pluginWith('{"type":"object"}');
  const tried = await tryPlugins(createValidator(), [source], trial, [`${source.name}s`]).finally(() =>
    trial.close(),
  );
  const { plugins } = await loadPlugins(createValidator(), tried);
  assert.equal(plugins[0]?.state, 'quarantined');
  assert.match(plugins[0]?.reasons[0] ?? '', /could be taken for "stranger-\d+s", which ships/);
});

describe('a process that compiles first', () => {
  test('is ended where it takes too long or too much, and another goes on', { timeout: 60_000 }, async () => {
    for (const [limits, words] of [
      [{ milliseconds: 1, memoryMb: 128 }, /longer than 1 ms/],
      [{ milliseconds: 60_000, memoryMb: 32 }, /more than 32 MB/],
    ] as const) {
      const trial = createTrial(limits);
      assert.match((await trial.compile(busy)) ?? '', words);
      await trial.close();
    }
    const trial = createTrial();
    assert.match((await trial.compile({ type: 'nothing' })) ?? '', /cannot be used/);
    assert.equal(await trial.compile({ type: 'object' }), undefined);
    await trial.close();
  });
});

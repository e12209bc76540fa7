import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Isolation, isolations, leastIsolation, type RuntimeDescription } from '@assay/sdk';
import type { LoadedTool } from '../../plugins/index.ts';
import { chooseRuntime } from './choose-runtime.ts';

function tool(
  runtimes: readonly string[],
  program = 'main.R',
  trust: 'shipped' | 'own' = 'shipped',
  asked?: Isolation,
  requires: object = {},
): LoadedTool {
  const isolation = leastIsolation({ trust, isolation: asked });
  return {
    name: 'a/b',
    manifest: { runtimes, program, requires },
    plugin: { isolation },
  } as unknown as LoadedTool;
}

function host(name: string, isolation: RuntimeDescription['isolation'], version = ''): RuntimeDescription {
  return { name, isolation, version, image: `sha256:${name}` };
}

const laptop = [host('wasm', 'process')];
const server = [
  host('wasm', 'bubblewrap'),
  host('container/r-stats', 'container'),
  host('container/py-core', 'container'),
];

test('the first that the tool names and the host has is taken, and it is said why', () => {
  assert.deepEqual(chooseRuntime(tool(['wasm', 'container']), server), {
    runtime: 'wasm',
    image: 'sha256:wasm',
    why: 'wasm, the first that the tool names',
  });
  assert.equal(chooseRuntime(tool(['container', 'wasm']), server).runtime, 'container/r-stats');
  assert.equal(chooseRuntime(tool(['container'], 'main.py'), server).runtime, 'container/py-core');
  const passed = chooseRuntime(tool(['container', 'wasm']), laptop);
  assert.equal(passed.runtime, 'wasm');
  assert.match(
    passed.why,
    /passed over: container\/r-stats: this host has no container engine with that image/,
  );
});

test('a plugin that was not shipped is given no runtime without a wall', () => {
  assert.throws(() => chooseRuntime(tool(['wasm'], 'main.R', 'own'), laptop), {
    code: 'tool.runtime_unavailable',
    message: /its wall \(process\) is less than this plugin needs \(bubblewrap\)/,
  });
  assert.equal(chooseRuntime(tool(['wasm'], 'main.R', 'own'), server).runtime, 'wasm');
});

test('a stronger wall that the operator asks for is refused where the host lacks it, never weakened', () => {
  const runtimes = ['wasm', 'container'];
  const strong = [host('wasm', 'bubblewrap'), host('container/r-stats', 'gvisor')];
  for (const trust of ['shipped', 'own'] as const)
    for (const asked of isolations) {
      const least = leastIsolation({ trust, isolation: asked });
      assert.equal(least, asked === 'process' && trust === 'own' ? 'bubblewrap' : asked);
      const wanted = tool(runtimes, 'main.R', trust, asked);
      assert.equal(
        chooseRuntime(wanted, strong).runtime,
        ['container', 'gvisor'].includes(asked) ? 'container/r-stats' : 'wasm',
      );
      if (asked === 'gvisor')
        assert.throws(() => chooseRuntime(wanted, server), {
          code: 'tool.runtime_unavailable',
          message: /container\/r-stats: its wall \(container\) is less than this plugin needs \(gvisor\)/,
        });
    }
});

test('where none serves, the refusal says how to get one', () => {
  assert.throws(() => chooseRuntime(tool(['container'], 'main.py'), laptop), {
    code: 'tool.runtime_unavailable',
    message: /a\/b cannot run on this host: .*"assay image build py-core"/,
  });
});

test('what a tool requires of language and packages decides too, and what is lacking is said', () => {
  const hosts = [
    host('wasm', 'bubblewrap', 'webR 0.6.0, R 4.6.0'),
    host('container/r-stats', 'container', 'R 4.5.0, survival 3.8-3, Rcpp 1.0.10'),
  ];
  const requiring = (language: string | undefined, packages: Record<string, string> = {}) =>
    tool(['wasm', 'container'], 'main.R', 'shipped', undefined, { language, packages });
  const chosen = (...requires: Parameters<typeof requiring>) => chooseRuntime(requiring(...requires), hosts);
  for (const language of [undefined, 'r', 'r >= 4', 'r >= 4.6', 'r >= 4.6.0'])
    assert.equal(chosen(language).runtime, 'wasm', language);
  const packed = chosen('r >= 4.2', { survival: '>= 3.2' });
  assert.equal(packed.runtime, 'container/r-stats');
  assert.match(packed.why, /wasm: it has no survival, and the tool requires survival >= 3\.2/);
  for (const least of ['3.8.3', '3.8', '2.99.99'])
    assert.equal(chosen('r', { survival: `>= ${least}` }).runtime, 'container/r-stats', least);
  assert.equal(chosen('r', { rcpp: '>= 1.0.9' }).runtime, 'container/r-stats', 'ten is more than nine');
  const refused: readonly [Parameters<typeof requiring>, RegExp][] = [
    [['r >= 4.10'], /wasm: it has r 4\.6\.0, and the tool requires r >= 4\.10; container/],
    [['r', { survival: '>= 3.9' }], /container\/r-stats: it has survival 3\.8-3, and the tool requires/],
    [['r', { survival: '>= 3.8.3.1' }], /requires survival >= 3\.8\.3\.1/],
    [['python >= 3'], /it has no python/],
  ];
  for (const [requires, message] of refused)
    assert.throws(() => chosen(...requires), { code: 'tool.runtime_unavailable', message });
});

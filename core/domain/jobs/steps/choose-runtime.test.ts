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
): LoadedTool {
  const isolation = leastIsolation({ trust, isolation: asked });
  return { name: 'a/b', manifest: { runtimes, program }, plugin: { isolation } } as unknown as LoadedTool;
}

function host(name: string, isolation: RuntimeDescription['isolation']): RuntimeDescription {
  return { name, isolation, version: '', image: `sha256:${name}` };
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

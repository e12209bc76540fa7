import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { checkCase, differences, type Runtime } from '@assay/sdk';
import {
  type CaseRunner,
  checkPlugin,
  createCaseRunner,
  openPlaces,
  type Places,
  readCase,
} from '../appliance/authoring/index.ts';
import { testEngine } from '../test/engine.ts';
import { need } from '../test/needs.ts';

/** Every golden case of every shipped tool, by the road of a job (`appliance/authoring`). Run again, it says the same. */
const root = import.meta.dirname;
const names = (await readdir(root, { withFileTypes: true }))
  .filter((e) => e.isDirectory())
  .map((e) => e.name);
const checked = await Promise.all(names.map((name) => checkPlugin(path.join(root, name))));
/** Built-in programs of a runtime are tested there. */
const tools = checked
  .flatMap(({ plugin }) => plugin.tools)
  .filter((tool) => /\.(R|py|ts)$/.test(tool.manifest.program));

const hasEngine = need('docker').skip === false;
const isFull = process.env.ASSAY_TEST_FULL === 'true';
let warm: Places;
/** The same without anything started ahead. */
let cold: Places;
/** The same images under gVisor. */
let gvisor: Places;
let runner: CaseRunner;
before(async () => {
  const engine = hasEngine ? await testEngine() : undefined;
  const open = (prestart: number, owner: string, ociRuntime?: 'runsc') =>
    openPlaces({
      prestart,
      ...(engine ? { containers: { ...engine, owner, ...(ociRuntime ? { ociRuntime } : {}) } } : {}),
    });
  warm = await open(2, 'cases');
  cold = await open(0, 'cold-cases');
  gvisor = await open(0, 'gvisor-cases', 'runsc');
  runner = createCaseRunner(warm.table);
});
after(() => Promise.all([warm, cold, gvisor].map((places) => places.close())));

/** Values of each case in the runtime that had it first. */
const seen = new Map<string, { readonly kind: string; readonly values: unknown }>();

test('every shipped plugin is sound', () => {
  assert.deepEqual(
    checked.map(({ plugin, findings }) => ({ name: plugin.name, state: plugin.state, findings })),
    names.map((name) => ({ name, state: 'enabled', findings: [] })),
  );
  assert.ok(tools.length > 0);
});

/** WebAssembly has the base of the language only: what requires packages runs elsewhere, and says so. */
test('a tool that requires packages does not ask for the wasm runtime', () => {
  const needy = tools.filter((tool) => Object.keys(tool.manifest.requires.packages ?? {}).length > 0);
  assert.deepEqual(
    needy.filter((tool) => tool.manifest.runtimes.includes('wasm')).map((tool) => tool.name),
    [],
  );
});

for (const tool of tools) {
  const directory = path.join(root, tool.name);
  const first = tool.manifest.cases.find((id) => !id.startsWith('edge-'));
  const pairs = tool.manifest.cases.flatMap((id) => tool.manifest.runtimes.map((kind) => ({ id, kind })));
  for (const { id, kind } of pairs)
    test(`${tool.name}: ${id} (${kind})`, kind === 'container' ? need('docker') : {}, async () => {
      const golden = await readCase(directory, id);
      const { program } = tool.manifest;
      const [ready, fresh, walled] = [warm, cold, gvisor].map((places) => places.find(kind, program));
      assert.ok(ready && fresh, `there is no runtime "${kind}"`);
      // Each run is in a program or container of its own: one that waited ready, one that is started for it, and for
      // containers one under gVisor. `npm run test:full` repeats all cases so.
      const places: Runtime[] = isFull || id === first ? [ready, fresh, walled ?? ready] : [ready];
      const outcomes = await runner.run(tool, directory, golden, places);
      for (const { unsound } of outcomes) assert.deepEqual(unsound, []);
      for (const outcome of outcomes) assert.deepEqual(checkCase(golden, outcome), []);
      const [outcome] = outcomes;
      const before = seen.get(`${tool.name}/${id}`);
      if (before)
        assert.deepEqual(differences(before.values, outcome?.values), [], `${kind} against ${before.kind}`);
      else seen.set(`${tool.name}/${id}`, { kind, values: outcome?.values });
      const digests = new Set(outcomes.map((outcome) => outcome.digest));
      assert.equal(
        digests.size,
        1,
        'the same case again gives the same digest: warm and cold, runc and runsc',
      );
    });
}

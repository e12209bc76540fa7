import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { containerRuntime } from '@assay/runtime-container';
import { processRuntime } from '@assay/runtime-process';
import { wasmRuntime } from '@assay/runtime-wasm';
import type { Runtime } from '@assay/sdk';
import { testEngine } from '../../test/engine.ts';
import { need } from '../../test/needs.ts';
import { createKit, type Kit, readLanguage, rules } from './index.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = (name: string) => path.join(import.meta.dirname, 'languages', name);

/** A program of each language, one conversation beside another as the pool gives them out. */
interface Tried {
  readonly what: string;
  readonly language: string;
  readonly skip?: string | false;
  /** Rules that are tried at every test where a start takes long; all of them in the full suite. */
  readonly usual?: readonly string[];
  open(): Promise<Runtime>;
}

const inContainer = (name: string) => async () => {
  const { socketPath, images } = await testEngine();
  const image = images.find((each) => each.name === name);
  assert.ok(image);
  return containerRuntime({ image, socketPath, owner: `test-${randomUUID()}`, prestart: 1 });
};

const scratchRoot = await mkdtemp(path.join(tmpdir(), 'assay-conformance-'));
after(() => rm(scratchRoot, { recursive: true, force: true }));

const tried: readonly Tried[] = [
  {
    what: 'JavaScript in a process',
    language: 'javascript',
    open: async () =>
      processRuntime({
        name: 'javascript',
        version: () => '1',
        image: () => 'sha256:0',
        program: new URL('./fixtures/javascript.ts', import.meta.url),
        readOnly: ['node_modules', 'core/sdk', 'runtimes', 'package.json'].map((p) => path.join(root, p)),
        prestart: 1,
        scratchRoot,
        isolation: 'auto',
      }),
  },
  {
    what: 'R in WebAssembly',
    language: 'r',
    usual: ['ready', 'unneeded', 'types', 'texts', 'names', 'large-parameters', 'log', 'progress'],
    open: async () => wasmRuntime({ prestart: 1, isolation: 'auto' }),
  },
  { what: 'R in a container', language: 'r', ...need('docker'), open: inContainer('r-stats') },
  { what: 'Python in a container', language: 'python', ...need('docker'), open: inContainer('py-core') },
];

const full = process.env.ASSAY_TEST_FULL === 'true';

for (const { what, language, skip = false, usual, open } of tried)
  describe(`run/1 as spoken by ${what}`, { skip }, () => {
    let runtime: Runtime;
    let kit: Kit;
    before(async () => {
      runtime = await open();
      kit = createKit((signal) => runtime.take(signal), await readLanguage(folder(language)));
    });
    after(() => runtime?.close());

    for (const rule of rules.filter(({ id }) => full || !usual || usual.includes(id)))
      test(`${rule.id}: ${rule.says}`, () => rule.check(kit));
  });

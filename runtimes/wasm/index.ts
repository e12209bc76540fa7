import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { processRuntime } from '@assay/runtime-process';
import type { Runtime } from '@assay/sdk';

const require = createRequire(import.meta.url);
const root = path.resolve(import.meta.dirname, '../..');
const engine = path.dirname(require.resolve('webr'));

/** What decides what an R run computes: the engine and our files around it. */
const imageFiles = [
  path.join(engine, 'R.wasm'),
  path.join(engine, 'webr-worker.js'),
  path.join(root, 'runtimes/r/entry.R'),
  path.join(import.meta.dirname, 'bridge.R'),
];

async function digestImage(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of imageFiles) hash.update(await readFile(file));
  return `sha256:${hash.digest('hex')}`;
}

async function readVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(engine, '../package.json'), 'utf8')) as {
    version: string;
  };
  return `webR ${manifest.version} (R in WebAssembly)`;
}

export interface WasmOptions {
  readonly prestart: number;
  readonly isolation: 'auto' | 'required';
}

/** R in WebAssembly: for tools that need base R only. Single use, started ahead. */
export function wasmRuntime(options: WasmOptions): Runtime {
  return processRuntime({
    ...options,
    name: 'wasm',
    version: readVersion,
    image: digestImage,
    program: new URL('./child.ts', import.meta.url),
    readOnly: ['node_modules', 'core/sdk', 'runtimes', 'package.json'].map((part) => path.join(root, part)),
  });
}

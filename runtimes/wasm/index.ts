import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Prestart, processRuntime } from '@assay/runtime-process';
import { AssayError, type Runtime } from '@assay/sdk';

const require = createRequire(import.meta.url);
const root = path.resolve(import.meta.dirname, '../..');
const engine = path.dirname(require.resolve('webr'));

/** What decides what an R run computes: the engine, the packages of base R, and our files around it. */
const imageParts = [
  ...['R.wasm', 'R.js', 'webr-worker.js', 'libRblas.so', 'libRlapack.so', 'vfs'].map((part) =>
    path.join(engine, part),
  ),
  path.join(root, 'runtimes/r/entry.R'),
  ...['bridge.R', 'child.ts', 'columns.ts', 'engine.ts', 'literal.ts'].map((part) =>
    path.join(import.meta.dirname, part),
  ),
];

async function digestImage(): Promise<string> {
  const hash = createHash('sha256');
  for (const part of imageParts) {
    const inside = (await stat(part)).isDirectory()
      ? (await readdir(part, { recursive: true })).sort()
      : [''];
    for (const name of inside) {
      const file = path.join(part, name);
      if ((await stat(file)).isFile())
        hash.update(`${path.basename(part)}/${name}\0`).update(await readFile(file));
    }
  }
  return `sha256:${hash.digest('hex')}`;
}

/** webR says which R it is in its type declarations; asking R itself would mean to start it. */
async function readVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(engine, '../package.json'), 'utf8')) as {
    version: string;
  };
  const declared = await readFile(path.join(engine, 'webR/config.d.ts'), 'utf8');
  const version = /\bR_VERSION = "([\d.]+)"/.exec(declared)?.[1];
  if (!version) throw new AssayError('config.invalid', 'This webR does not say which R it is.');
  return `webR ${manifest.version}, R ${version}`;
}

export interface WasmOptions extends Prestart {
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

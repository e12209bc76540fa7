import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Prestart, processRuntime } from '@assay/runtime-process';
import type { Runtime } from '@assay/sdk';

const root = path.resolve(import.meta.dirname, '../..');

async function readPin(): Promise<string> {
  const text = await readFile(path.join(import.meta.dirname, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  return dependencies['isolated-vm'] ?? '';
}

async function readVersion(): Promise<string> {
  return `V8 ${process.versions.v8.replace(/-node.*$/, '')}, isolated-vm ${await readPin()}`;
}

/** What decides what a transform computes: the engine, and our files around it. */
async function digestImage(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([process.versions.v8, await readPin()]));
  const files = (await readdir(import.meta.dirname)).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  for (const file of files.sort())
    hash.update(`\n${file}\n`).update(await readFile(path.join(import.meta.dirname, file)));
  return `sha256:${hash.digest('hex')}`;
}

export interface SandboxOptions extends Prestart {
  readonly isolation: 'auto' | 'required' | 'none';
}

const readable = ['node_modules', 'core/sdk', 'runtimes/process', 'runtimes/sandbox', 'package.json'];

/**
 * V8 isolates for light transforms: one process and one isolate a run, walled off, started ahead. Node's own permissions
 * keep files, children and threads from it where bubblewrap does not.
 */
export function sandboxRuntime(options: SandboxOptions): Runtime {
  const readOnly = readable.map((part) => path.join(root, part));
  return processRuntime({
    ...options,
    name: 'sandbox',
    version: readVersion,
    image: digestImage,
    program: new URL('./child.ts', import.meta.url),
    readOnly,
    nodeOptions: [
      '--permission',
      '--disable-warning=SecurityWarning',
      '--allow-addons',
      // isolated-vm asks which C library this is by looking for a file of Alpine's.
      ...[...readOnly, '/etc/alpine-release'].map((place) => `--allow-fs-read=${place}`),
    ],
  });
}

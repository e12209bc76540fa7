import path from 'node:path';
import { type Prestart, processRuntime } from '@assay/runtime-process';
import { digestDirectory, type Runtime } from '@assay/sdk';

const root = path.resolve(import.meta.dirname, '../..');

export interface RenderOptions extends Prestart {
  readonly isolation: 'auto' | 'required';
}

/** Draws a report document as one HTML file, in a process of its own: figures are untrusted input. */
export function renderRuntime(options: RenderOptions): Runtime {
  return processRuntime({
    ...options,
    name: 'render',
    version: () => 'Vega-Lite 6.5.0',
    image: () => digestDirectory(import.meta.dirname),
    program: new URL('./child.ts', import.meta.url),
    readOnly: ['node_modules', 'core/sdk', 'runtimes', 'package.json'].map((part) => path.join(root, part)),
  });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BuiltImage, containerRuntime } from '@assay/runtime-container';
import { sandboxRuntime } from '@assay/runtime-sandbox';
import { tableRuntime } from '@assay/runtime-table';
import { wasmRuntime } from '@assay/runtime-wasm';
import type { Runtime } from '@assay/sdk';

export interface PlacesOptions {
  /** Programs of each runtime kept ready. */
  readonly prestart: number;
  readonly containers?: {
    readonly socketPath: string;
    readonly images: readonly BuiltImage[];
    /** Marks the containers, so that they are found again. */
    readonly owner: string;
    readonly ociRuntime?: 'runc' | 'runsc';
  };
}

/** Where tools can run on this machine. */
export interface Places {
  /** Reads data, as every upload is read. */
  readonly table: Runtime;
  /** The runtime of this kind for a program in this language; none where this machine has it not. */
  find(kind: string, program: string): Runtime | undefined;
  close(): Promise<void>;
}

const images: Readonly<Record<string, string>> = { R: 'r-stats', py: 'py-core' };

export async function openPlaces({ prestart, containers }: PlacesOptions): Promise<Places> {
  const scratchRoot = await mkdtemp(path.join(tmpdir(), 'assay-authoring-'));
  const table = tableRuntime({ prestart, isolation: 'auto', scratchRoot });
  const places = [
    wasmRuntime({ prestart, isolation: 'auto' }),
    sandboxRuntime({ prestart, isolation: 'auto' }),
    ...(containers
      ? containers.images.map((image) => containerRuntime({ ...containers, image, prestart }))
      : []),
  ];
  return {
    table,
    find(kind, program) {
      const name = kind === 'container' ? `container/${images[program.split('.').at(-1) ?? '']}` : kind;
      return places.find((place) => place.name === name);
    },
    async close() {
      await Promise.all([table, ...places].map((place) => place.close()));
      await rm(scratchRoot, { recursive: true, force: true });
    },
  };
}

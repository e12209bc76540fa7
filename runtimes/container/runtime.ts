import { createPool } from '@assay/runtime-process';
import { AssayError, type Runtime, type RuntimeDescription } from '@assay/sdk';
import { type Engine, engineFault, openEngine, removeOwned } from './engine.ts';
import { startContainer } from './start.ts';

/** An image that was built on this host, as it was recorded then. */
export interface BuiltImage {
  /** `r-stats` */
  readonly name: string;
  /** Local id, `sha256:hex`. */
  readonly id: string;
  /** `R 4.5.0, survival 3.8-3` */
  readonly version: string;
}

export interface ContainerOptions {
  readonly image: BuiltImage;
  readonly socketPath: string;
  /** Which appliance its containers belong to. */
  readonly owner: string;
  /** Containers kept started and ready. */
  readonly prestart: number;
  readonly ociRuntime?: string;
}

/** Memory that a program may have before it is told what to do. */
const startMemoryMb = 1024;

async function requireImage(engine: Engine, { id, name }: BuiltImage): Promise<void> {
  try {
    const found = await engine.getImage(id).inspect();
    if (found.Id === id) return;
  } catch (error) {
    if ((error as { statusCode?: unknown }).statusCode !== 404) throw engineFault(error);
  }
  throw new AssayError(
    'tool.runtime_unavailable',
    `The image ${name} (${id.slice(7, 19)}) is not in the container engine any more; "assay image build ${name}" makes it again.`,
  );
}

/** A runtime whose runs are containers of one image. */
export function containerRuntime(options: ContainerOptions): Runtime {
  const { image, owner, ociRuntime } = options;
  const engine = openEngine(options.socketPath);
  // What a killed runner left behind is gone before the first container of this one starts.
  const clean = removeOwned(engine, owner).then(
    () => undefined,
    (error: unknown) => error,
  );
  const start = async (signal: AbortSignal) => {
    await clean;
    await requireImage(engine, image);
    const profile = { image: image.id, owner, startMemoryMb, ...(ociRuntime ? { ociRuntime } : {}) };
    return startContainer(engine, profile, signal);
  };
  const pool = createPool(start, options.prestart);
  const description: RuntimeDescription = {
    name: `container/${image.name}`,
    version: image.version,
    isolation: ociRuntime === 'runsc' ? 'gvisor' : 'container',
    image: image.id,
  };
  return {
    name: description.name,
    describe: async () => description,
    take: (signal) => pool.take(signal),
    async close() {
      await pool.close();
      await removeOwned(engine, owner).catch(() => 0);
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { createPool, type Prestart, type Start } from '@assay/runtime-process';
import { AssayError, type Runtime, type RuntimeDescription } from '@assay/sdk';
import { type Engine, engineFault, openEngine, removeOwned } from './engine.ts';
import { chooseRenderer, type Renderer } from './renderer.ts';
import { hasLimitsOfItsOwn, startContainer } from './start.ts';

/** An image that was built on this host, as it was recorded then. */
export interface BuiltImage {
  /** `r-stats` */
  readonly name: string;
  /** Local id, `sha256:hex`. */
  readonly id: string;
  /** `R 4.5.0, survival 3.8-3` */
  readonly version: string;
}

export interface ContainerOptions extends Prestart {
  readonly image: BuiltImage;
  readonly socketPath: string;
  /** Which appliance its containers belong to. */
  readonly owner: string;
  readonly ociRuntime?: string;
  /** Milliseconds to wait for an engine that is not there, as while it is started again; 20 s where nothing is said. */
  readonly patienceMs?: number;
}

/** Memory that a program may have before it is told what to do. */
const startMemoryMb = 1024;
/** Most that a run may have where its own limit cannot be set any more once it has started. */
const ceilingMb = 4096;

const patience = 20_000;

/** An engine that is being started again is waited for, so that its restart does not cost a job its attempts. */
async function untilThere(engine: Engine, patienceMs: number, signal: AbortSignal): Promise<void> {
  for (const until = performance.now() + patienceMs; ; await delay(200, undefined, { signal })) {
    try {
      await engine.ping();
      return;
    } catch (error) {
      if (performance.now() > until) throw engineFault(error);
    }
  }
}

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
  const { image, ociRuntime } = options;
  // Each image's own: cleaning up behind one must not end what runs in another.
  const owner = `${options.owner}/${image.name}`;
  const engine = openEngine(options.socketPath);
  // What a killed runner left behind is gone before the first container of this one starts.
  let cleaning: Promise<unknown> | undefined;
  const clean = () => {
    cleaning ??= removeOwned(engine, owner).catch((error: unknown) => {
      cleaning = undefined;
      throw error;
    });
    return cleaning;
  };
  // An engine that is not there yet is asked again by the first run.
  clean().catch(() => undefined);
  let renderer: Promise<Renderer> | undefined;
  const rendererOf = () => {
    renderer ??= chooseRenderer(engine).catch((error: unknown) => {
      renderer = undefined;
      throw engineFault(error);
    });
    return renderer;
  };
  const start: Start = async (signal, { ahead, processorList }) => {
    await untilThere(engine, options.patienceMs ?? patience, signal);
    await clean();
    await requireImage(engine, image);
    const memoryMb = hasLimitsOfItsOwn(options) ? startMemoryMb : ceilingMb;
    const profile = {
      image: image.id,
      owner,
      startMemoryMb: memoryMb,
      ...(ociRuntime ? { ociRuntime } : {}),
      ...(processorList ? { processorList } : {}),
    };
    return startContainer(engine, profile, await rendererOf(), signal, ahead);
  };
  const pool = createPool(start, options);
  const description: RuntimeDescription = {
    name: `container/${image.name}`,
    version: image.version,
    isolation: ociRuntime === 'runsc' ? 'gvisor' : 'container',
    image: image.id,
  };
  return {
    name: description.name,
    describe: async () => description,
    take: (signal, processorList) => pool.take(signal, processorList),
    async close() {
      await pool.close();
      await removeOwned(engine, owner).catch(() => 0);
    },
  };
}

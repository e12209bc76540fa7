import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssayError, type Runtime, type RuntimeDescription } from '@assay/sdk';
import { startChild } from './child.ts';
import { createPool } from './pool.ts';
import type { Start } from './start-in-time.ts';
import type { Prestart } from './stock.ts';
import { behindCommand, environment, plainCommand, probeBubblewrap, wallArguments } from './wall.ts';

export { startChild } from './child.ts';
export { createLogTail } from './log-tail.ts';
export { createPool } from './pool.ts';
export { allowedProcessors, createFence, type Fence, type Processors } from './processors.ts';
export { takeReady } from './ready.ts';
export type { Start } from './start-in-time.ts';
export { createStock, type Prestart, type StockOptions } from './stock.ts';
export { environment, probeBubblewrap } from './wall.ts';

export interface ProcessRuntimeOptions extends Prestart {
  readonly name: string;
  /** `DuckDB 1.5.6`; found out when it is first asked for. */
  readonly version: () => string | Promise<string>;
  /** Digest of program and engine. */
  readonly image: () => string | Promise<string>;
  readonly program: URL;
  /** Folders that the program needs, bound read-only. */
  readonly readOnly: readonly string[];
  /** Folder for a scratch directory a run, seen as /scratch; none where the program needs none. */
  readonly scratchRoot?: string;
  readonly nodeOptions?: readonly string[];
  /**
   * `required`: no start without bubblewrap. `auto`: a plain process where there is none.
   * `none`: a plain process in any case; for tests of that road.
   */
  readonly isolation: 'auto' | 'required' | 'none';
  readonly nodePath?: string;
}

interface Launcher {
  readonly isolation: RuntimeDescription['isolation'];
  readonly start: Start;
}

/** Decides once how programs are started on this host. */
function createLauncher(options: ProcessRuntimeOptions): Launcher {
  const nodePath = options.nodePath ?? process.execPath;
  const program = fileURLToPath(options.program);
  const bubblewrap = options.isolation === 'none' ? { missing: 'it is not wanted' } : probeBubblewrap();
  if ('missing' in bubblewrap && options.isolation === 'required')
    throw new AssayError('config.invalid', `runtimes.isolation is "required", but ${bubblewrap.missing}.`);
  const nodeArguments = ['--disable-warning=ExperimentalWarning', ...(options.nodeOptions ?? []), program];

  const start: Start = async (signal, { processorList }) => {
    const scratch = options.scratchRoot ? path.join(options.scratchRoot, randomUUID()) : undefined;
    if (scratch) await mkdir(scratch, { recursive: true, mode: 0o700 });
    const removeScratch = async () => {
      if (scratch) await rm(scratch, { recursive: true, force: true });
    };
    const walled = 'path' in bubblewrap;
    const wall = { nodePath, readOnly: options.readOnly, scratch };
    const command: [string, ...string[]] = walled
      ? [bubblewrap.path, ...wallArguments(wall), '--', ...behindCommand(), nodePath, ...nodeArguments]
      : ([...plainCommand(), ...behindCommand(), nodePath, ...nodeArguments] as [string, ...string[]]);
    const inside = scratch ? { ASSAY_SCRATCH: walled ? '/scratch' : scratch } : {};
    if (walled && scratch) command.splice(command.indexOf('--'), 0, '--setenv', 'ASSAY_SCRATCH', '/scratch');
    if (processorList) command.unshift('taskset', '--cpu-list', processorList);
    try {
      const handle = await startChild(command, { ...environment, ...inside }, signal);
      const ended = handle.ended.then(async (ending) => {
        await removeScratch();
        return ending;
      });
      return { ...handle, ended };
    } catch (error) {
      await removeScratch();
      throw error;
    }
  };
  return { isolation: 'path' in bubblewrap ? 'bubblewrap' : 'process', start };
}

/** A runtime whose runs are a program in a process of its own: walled off, started ahead, used once. */
export function processRuntime(options: ProcessRuntimeOptions): Runtime {
  const launcher = createLauncher(options);
  const pool = createPool(launcher.start, options);
  let description: Promise<RuntimeDescription> | undefined;
  async function describe(): Promise<RuntimeDescription> {
    const [version, image] = await Promise.all([options.version(), options.image()]);
    return { name: options.name, version, isolation: launcher.isolation, image };
  }
  return {
    name: options.name,
    describe: () => {
      description ??= describe();
      return description;
    },
    take: (signal, processorList) => pool.take(signal, processorList),
    close: () => pool.close(),
  };
}

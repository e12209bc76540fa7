import { chmod, rm } from 'node:fs/promises';
import net from 'node:net';
import { createFence, type Fence } from '@assay/runtime-process';
import { type JobDocument, type Runtime, type RuntimeDescription, readFrames } from '@assay/sdk';
import type { AdmittedPlugin } from './code.ts';
import { answer, type RunDeps, reasonOf } from './run.ts';
import { createSpecificationReader } from './specification.ts';

export type { AdmittedPlugin } from './code.ts';

export interface RunnerOptions {
  readonly socketPath: string;
  /** Shared with the worker, made at each start. */
  readonly key: Uint8Array;
  readonly runtimes: readonly Runtime[];
  readonly plugins: readonly AdmittedPlugin[];
  /** What no run may exceed on this host, whatever the worker asks for. */
  readonly ceiling: JobDocument['limits'];
  /** What the runtimes start ahead by; where none is given, no processors are kept. */
  readonly fence?: Fence;
  readonly log: RunDeps['log'];
}

export interface RunningRunner {
  readonly runtimes: readonly RuntimeDescription[];
  /** From now on these may run, and no others; what runs goes on. */
  replacePlugins(plugins: readonly AdmittedPlugin[]): void;
  close(): Promise<void>;
}

const maxBodyBytes = 2 ** 40;
const lingerMs = 5000;

/** Ends the answer. The worker closes when it has read it; one that does not is cut off. */
function hangUp(socket: net.Socket): void {
  socket.end();
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}

/** Listens for the worker, one connection a run, until closed; closing ends every run. */
export async function startRunner(options: RunnerOptions): Promise<RunningRunner> {
  let { plugins } = options;
  const deps: RunDeps = {
    runtimes: options.runtimes,
    get plugins() {
      return plugins;
    },
    openSpecification: createSpecificationReader(options),
    fence: options.fence ?? createFence(undefined),
    log: options.log,
  };
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A worker that goes away ends its run; the run's own code sees the closed socket.
    socket.on('error', () => undefined);
    // Frames may be left unread when the answer is complete: that must not close the socket under the answer.
    const frames = readFrames(socket.iterator({ destroyOnReturn: false }), { maxBodyBytes });
    answer(deps, socket, frames)
      .catch((error: unknown) => options.log('a connection broke', { reason: reasonOf(error) }))
      .finally(() => hangUp(socket));
  });
  await rm(options.socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.socketPath, resolve);
  });
  await chmod(options.socketPath, 0o600);
  const runtimes = await Promise.all(options.runtimes.map((r) => r.describe()));
  return {
    runtimes,
    replacePlugins(by) {
      plugins = by;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await Promise.all(options.runtimes.map((r) => r.close()));
      await closed;
    },
  };
}

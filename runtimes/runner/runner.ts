import { chmod, rm } from 'node:fs/promises';
import net from 'node:net';
import { type Runtime, type RuntimeDescription, readFrames } from '@assay/sdk';
import type { AdmittedPlugin } from './code.ts';
import { carryOutRun, type RunDeps } from './run.ts';
import { createSpecificationReader } from './specification.ts';

export type { AdmittedPlugin } from './code.ts';

export interface RunnerOptions {
  readonly socketPath: string;
  /** Shared with the worker, made at each start. */
  readonly key: Uint8Array;
  readonly runtimes: readonly Runtime[];
  readonly plugins: readonly AdmittedPlugin[];
  readonly log: RunDeps['log'];
}

export interface RunningRunner {
  readonly runtimes: readonly RuntimeDescription[];
  close(): Promise<void>;
}

const maxBodyBytes = 2 ** 40;

/** Listens for the worker, one connection a run, until closed; closing ends every run. */
export async function startRunner(options: RunnerOptions): Promise<RunningRunner> {
  const deps: RunDeps = {
    runtimes: options.runtimes,
    plugins: options.plugins,
    openSpecification: createSpecificationReader(options.key),
    log: options.log,
  };
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A worker that goes away ends its run; the run's own code sees the closed socket.
    socket.on('error', () => undefined);
    carryOutRun(deps, socket, readFrames(socket, { maxBodyBytes }))
      .catch((error: unknown) => {
        options.log('a connection broke', { reason: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => socket.destroySoon());
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
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await Promise.all(options.runtimes.map((r) => r.close()));
      await closed;
    },
  };
}

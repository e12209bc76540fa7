import { AssayError } from '@assay/sdk';
import Docker from 'dockerode';
import { ownerLabel } from './profile.ts';

export type Engine = Docker;

export function openEngine(socketPath: string): Engine {
  return new Docker({ socketPath });
}

/** Whether Docker's own engine answers, or Podman's service of the same API. */
export async function kindOf(engine: Engine): Promise<'docker' | 'podman'> {
  const { Components = [] } = await engine.version();
  return Components.some(({ Name }) => /^podman/i.test(Name)) ? 'podman' : 'docker';
}

/** True for the engine's "no such container" and "it is gone or going already". */
export function isGone(error: unknown): boolean {
  const status = (error as { statusCode?: unknown }).statusCode;
  return status === 404 || status === 409;
}

/**
 * What the engine did not do, as a fault of this host that may pass; a full disk is one that only the operator ends, and
 * no run is tried again on it.
 */
export function engineFault(error: unknown): AssayError {
  if (AssayError.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/no space left on device/i.test(message))
    return new AssayError(
      'tool.runtime_unavailable',
      'There is no room left on the disk of the container engine.',
      {
        cause: error,
      },
    );
  return new AssayError('runner.unavailable', `The container engine did not serve: ${message}`, {
    cause: error,
    retryAfter: 5,
  });
}

/** Ends and removes the containers of one owner: at the start those of a killed runner, at the end all. */
export async function removeOwned(engine: Engine, owner: string): Promise<number> {
  return removeWhere(engine, (label) => label === owner);
}

/** Ends and removes what an earlier runner of an appliance left behind, of whatever image. */
export async function removeLeftovers(options: {
  readonly socketPath: string;
  readonly owner: string;
}): Promise<number> {
  const engine = openEngine(options.socketPath);
  return removeWhere(engine, (label) => label.startsWith(`${options.owner}/`));
}

async function removeWhere(engine: Engine, isOurs: (owner: string) => boolean): Promise<number> {
  const all = await engine.listContainers({ all: true, filters: { label: [ownerLabel] } });
  const left = all.filter(({ Labels }) => isOurs(Labels[ownerLabel] ?? ''));
  await Promise.all(
    left.map(async ({ Id }) => {
      try {
        await engine.getContainer(Id).remove({ force: true });
      } catch (error) {
        if (!isGone(error)) throw engineFault(error);
      }
    }),
  );
  return left.length;
}

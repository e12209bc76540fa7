import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { RunHandle } from '@assay/sdk';
import { engineFault, openEngine } from './engine.ts';
import { type BuiltImage, containerRuntime } from './runtime.ts';

const startWithinMs = 60_000;

/** Loads an archive of one image. @returns true where the engine has it now under that id */
export async function loadImage(socketPath: string, file: string, id: string): Promise<boolean> {
  const engine = openEngine(socketPath);
  try {
    const answer = await engine.loadImage(createReadStream(file), { quiet: true });
    // The engine is done when its answer ends.
    for await (const _ of answer as AsyncIterable<unknown>);
    return (await engine.getImage(id).inspect()).Id === id;
  } catch (error) {
    if ((error as { statusCode?: unknown }).statusCode === 404) return false;
    throw engineFault(error);
  }
}

/** What the engine has under an id: its layers, from the first to the last, as `sha256:hex`; undefined where it has none. */
export async function inspectImage(
  socketPath: string,
  id: string,
): Promise<{ readonly layers: readonly string[]; readonly bytes: number } | undefined> {
  try {
    const { Id, RootFS, Size } = await openEngine(socketPath).getImage(id).inspect();
    return Id === id ? { layers: RootFS.Layers ?? [], bytes: Size } : undefined;
  } catch (error) {
    if ((error as { statusCode?: unknown }).statusCode === 404) return undefined;
    throw engineFault(error);
  }
}

/** An image as an archive that an engine loads again under the same id. */
export async function saveImage(socketPath: string, id: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    return (await openEngine(socketPath).getImage(id).get()) as unknown as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw engineFault(error);
  }
}

function versionOf({ ready }: RunHandle): string {
  const libs = Object.entries(ready.libs).map(([name, version]) => `${name} ${version}`);
  return [ready.runtime, ...libs].join(', ');
}

/** Starts the image as a run would, and ends it. @returns what it says of itself: `R 4.5.0, survival 3.8.3` */
export async function tryImage(image: BuiltImage, socketPath: string): Promise<string> {
  const runtime = containerRuntime({ image, socketPath, owner: `try-${randomUUID()}`, prestart: 0 });
  try {
    const handle = await runtime.take(AbortSignal.timeout(startWithinMs));
    const version = versionOf(handle);
    handle.kill('cancelled');
    await handle.ended;
    return version;
  } finally {
    await runtime.close();
  }
}

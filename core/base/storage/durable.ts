import { link, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './io.ts';

/**
 * Gives a finished, synced file its name, and makes the name durable. A link, not a rename: it fails where the name is
 * taken (`EEXIST`) instead of replacing what is there.
 */
export async function publish(temporary: string, file: string): Promise<void> {
  const folder = dirname(file);
  try {
    await link(temporary, file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await makeFolder(folder);
    await link(temporary, file);
  }
  try {
    await syncFolder(folder);
  } catch (error) {
    // The caller hears of a failure, so the object must not stay visible.
    await unlink(file);
    throw error;
  }
}

/** Makes a folder (mode 0700) with all that lead to it, and makes every new name durable. */
export async function makeFolder(folder: string): Promise<void> {
  const highest = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (highest === undefined) return;
  for (let made = folder; made.length >= highest.length; made = dirname(made))
    await syncFolder(dirname(made));
}

/** A name is durable only when its folder was synced too. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

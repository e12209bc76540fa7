import type { Stats } from 'node:fs';
import { stat, unlink } from 'node:fs/promises';
import { AssayError } from '@assay/sdk';

const fullCodes = ['ENOSPC', 'EDQUOT'];
const missingCodes = ['ENOENT', 'ENOTDIR', 'EISDIR'];

/** Runs one step on the disk and gives its error the store's words; what a body throws never goes through it. */
export type Io = <T>(step: () => Promise<T>) => Promise<T>;

/** @param doing what the step is for, as in `write ws/1` */
export function ioFor(doing: string): Io {
  return async (step) => {
    try {
      return await step();
    } catch (cause) {
      if (AssayError.is(cause)) throw cause;
      const code = codeOf(cause) ?? String(cause);
      throw fullCodes.includes(code)
        ? new AssayError('storage.full', `No room to ${doing}: the disk of the object store is full.`, {
            cause,
          })
        : new AssayError('storage.unavailable', `The object store could not ${doing}: ${code}.`, { cause });
    }
  };
}

export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether an error says that there is no such file; a folder of that name is no object either. */
export function isMissing(error: unknown): boolean {
  return missingCodes.includes(codeOf(error) ?? '');
}

export async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Removes a file; `false` where there was none. */
export async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export function objectExists(key: string): AssayError {
  return new AssayError(
    'storage.object_exists',
    `There is an object ${key} already; objects are written once.`,
  );
}

import { createHash } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { ObjectStore } from './object-store.ts';

export interface CopyProgress {
  /** Objects looked at, of which so many were copied now and so many were there already, the same. */
  readonly objects: number;
  readonly copied: number;
  readonly same: number;
  readonly bytes: number;
}

export interface CopyReport extends CopyProgress {
  /** Objects that are not in the target as they are in the source, and why. */
  readonly failed: readonly { readonly key: string; readonly reason: string }[];
}

/** Every copy is one writer: what one that was killed has left, the next takes up. */
const writer = 'assay-copy';

async function digestOf(store: ObjectStore, key: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of await store.get(key)) hash.update(chunk);
  return hash.digest('hex');
}

/** Copies one object, reading back what was written. @returns false where it was there already */
async function copyOne(from: ObjectStore, to: ObjectStore, key: string, bytes: number): Promise<boolean> {
  const before = await to.stat(key);
  if (before) {
    const same = before.bytes === bytes && (await digestOf(to, key)) === (await digestOf(from, key));
    if (same) return false;
    throw new AssayError(
      'storage.object_exists',
      'The target has another object of that name; it was left as it is.',
    );
  }
  const hash = createHash('sha256');
  const source = await from.get(key);
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  }
  await to.put(key, hashed(), undefined, writer);
  if ((await digestOf(to, key)) === hash.digest('hex')) return true;
  await to.delete(key);
  throw new AssayError('storage.unavailable', 'It was read back changed, and taken away again.');
}

/**
 * Copies every object from one store into another: each is read back and compared by SHA-256, and what is there already,
 * the same, is read but not sent again. So a copy that was interrupted is run again: it reads what is there, sends the
 * object anew that it was in the middle of, also after a kill, and goes on. Objects are immutable: what is written
 * meanwhile is found by another run. Objects and their wrapped keys are copied alike, encrypted as they are.
 */
export async function copyObjects(
  from: ObjectStore,
  to: ObjectStore,
  options: { readonly onProgress: (progress: CopyProgress) => void; readonly signal: AbortSignal },
): Promise<CopyReport> {
  const failed: { key: string; reason: string }[] = [];
  const count = { objects: 0, copied: 0, same: 0, bytes: 0 };
  for await (const { key, bytes } of from.list('')) {
    options.signal.throwIfAborted();
    count.objects += 1;
    try {
      if (await copyOne(from, to, key, bytes)) {
        count.copied += 1;
        count.bytes += bytes;
      } else count.same += 1;
    } catch (error) {
      if (!AssayError.is(error)) throw error;
      failed.push({ key, reason: error.message });
    }
    options.onProgress({ ...count });
  }
  return { ...count, failed };
}

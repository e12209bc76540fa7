import { randomBytes, randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { ObjectStore } from './object-store.ts';

/** Writes, reads and deletes a small object. @param then what else is tried while it is there */
export async function probe(
  store: Pick<ObjectStore, 'put' | 'getRange' | 'delete'>,
  then: (key: string) => Promise<void> = async () => undefined,
): Promise<void> {
  const key = `probe/${randomUUID()}`;
  const bytes = randomBytes(64);
  try {
    await store.put(key, single(bytes));
    if (!bytes.equals(await store.getRange(key, 0, bytes.length)))
      throw new AssayError('storage.unavailable', 'A probe was read back changed.');
    await then(key);
  } finally {
    await store.delete(key);
  }
}

export async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

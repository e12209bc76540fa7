import { AssayError, collect } from '@assay/sdk';
import { decryptFloe, type KeySource, objectAad, workspaceCipher } from '../../base/encryption/index.ts';
import type { ObjectStore } from '../../base/storage/index.ts';
import { keyContext } from '../workspaces/index.ts';
import { dataKeyContext, type Sidecar } from './object.ts';

/** An object that was recovered: what it is, and its plaintext. */
export interface RecoveredObject {
  readonly sidecar: Sidecar;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Opens an object from bucket and keyring alone, for when the database is lost: its keys lie beside it.
 * @param key of the body in the store
 * @throws AssayError `artifact.unreadable` without a sidecar, `encryption.key_destroyed` for what was erased
 */
export async function recoverObject(
  store: ObjectStore,
  keys: KeySource,
  key: string,
): Promise<RecoveredObject> {
  const sidecar = await readSidecar(store, `${key}.key`);
  const { workspace, object, slot, dataKey, workspaceKey } = sidecar;
  const { keyVersion: version } = dataKey;
  const raw = await keys.unwrap(workspaceKey, keyContext(workspace, version));
  const cipher = workspaceCipher(workspace, [{ version, key: raw }]);
  raw.fill(0);
  const own = slot === null ? cipher : cipher.ofSlot(slot, keys.slotKey(slot));
  const opened = own.openDataKey(dataKey, dataKeyContext(workspace, object));
  const body = decryptFloe(await store.get(key), opened, objectAad(sidecar));
  opened.fill(0);
  return { sidecar, body };
}

async function readSidecar(store: ObjectStore, key: string): Promise<Sidecar> {
  const text = (await collect(await store.get(key))).toString('utf8');
  try {
    const value = JSON.parse(text) as Sidecar;
    if (value.format === 'assay-object/1') return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new AssayError('artifact.unreadable', `The object ${key} holds no wrapped keys.`);
}

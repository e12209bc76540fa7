import { createHash, createSecretKey, randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import {
  decryptFloe,
  decryptFloeRange,
  encryptFloe,
  type ObjectIdentity,
  objectAad,
  type WrappedKey,
} from '../../base/encryption/index.ts';
import type { Deps } from '../deps.ts';
import { releaseBytes } from '../quotas/index.ts';
import type { HeldCipher } from '../workspaces/index.ts';
import { dataKeyContext, objectKey, sidecarKey, sidecarOf } from './object.ts';

/** Where an artifact belongs: its workspace, and the slot whose key it ends with (null: the workspace's own). */
export interface Place {
  readonly workspace: string;
  readonly cipher: HeldCipher;
  readonly slot: number | null;
}

/** Bytes that are in the object store but in no row yet. */
export interface StoredArtifact {
  readonly id: string;
  readonly kind: string;
  readonly mediaType: string;
  /** Length and `sha256:hex` of the plaintext. */
  readonly bytes: number;
  readonly digest: string;
  readonly wrapped: WrappedKey;
  readonly slot: number | null;
}

export interface OpenedArtifact {
  readonly mediaType: string;
  readonly bytes: number;
  readonly digest: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** The bytes `[start, end)` alone: only the segments that hold them are read and decrypted. */
  range(start: number, end: number): AsyncIterable<Uint8Array>;
}

/** Plaintext of a range that is held in memory at once. */
const windowBytes = 4 * 1024 * 1024;

type StoreDeps = Pick<Deps, 'store' | 'ciphers' | 'log'>;

/**
 * Hashes, encrypts and stores while it streams, in constant memory; the wrapped key is stored beside the object. The
 * object has a random name; it counts only once `recordArtifact` has written its row, and what never gets one is swept
 * away later.
 */
export async function storeArtifact(
  deps: StoreDeps,
  { workspace, cipher, slot }: Place,
  artifact: { readonly kind: string; readonly mediaType: string; readonly body: AsyncIterable<Uint8Array> },
  signal?: AbortSignal,
): Promise<StoredArtifact> {
  const id = randomUUID();
  const { kind, mediaType } = artifact;
  const { dataKey, wrapped } = deps.ciphers.forSlot(cipher, slot).newDataKey(dataKeyContext(workspace, id));
  const hash = createHash('sha256');
  let bytes = 0;
  async function* hashed(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of artifact.body) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  const identity: ObjectIdentity = { workspace, object: id, kind, mediaType };
  const encrypted = encryptFloe(hashed(), dataKey, objectAad(identity));
  dataKey.fill(0);
  const sidecar = sidecarOf(identity, slot, wrapped, cipher.wrappedKey);
  const puts = await Promise.allSettled([
    deps.store.put(objectKey(workspace, id), encrypted, signal),
    deps.store.put(sidecarKey(workspace, id), sidecar, signal),
  ]);
  const failed = puts.find((put) => put.status === 'rejected');
  if (failed) {
    await discardArtifacts(deps, workspace, [{ id }]);
    throw failed.reason;
  }
  const digest = `sha256:${hash.digest('hex')}`;
  return { id, kind, mediaType, bytes, digest, wrapped, slot };
}

/** Writes the row that makes a stored object an artifact of the workspace. */
export async function recordArtifact(query: Query, workspace: string, stored: StoredArtifact): Promise<void> {
  await query
    .insertInto('assay.artifact')
    .values({
      workspace_id: workspace,
      id: stored.id,
      kind: stored.kind,
      media_type: stored.mediaType,
      bytes: stored.bytes,
      digest: stored.digest,
      wrapped_key: JSON.stringify(stored.wrapped),
      key_slot: stored.slot,
    })
    .execute();
}

/** Takes out of the rows what opens the objects, and gives back their bytes. */
export async function forgetArtifacts(
  query: Query,
  workspace: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const gone = await query
    .updateTable('assay.artifact')
    .set({ wrapped_key: null })
    .where('workspace_id', '=', workspace)
    .where('id', 'in', ids)
    .where('wrapped_key', 'is not', null)
    .returning('bytes')
    .execute();
  await releaseBytes(
    query,
    workspace,
    gone.reduce((sum, { bytes }) => sum + Number(bytes), 0),
  );
}

/** Takes back objects that got no row, or have lost it; what cannot be removed now is swept away later. */
export async function discardArtifacts(
  deps: Pick<Deps, 'store' | 'log'>,
  workspace: string,
  stored: readonly { readonly id: string }[],
): Promise<void> {
  for (const { id } of stored) {
    try {
      await deps.store.delete(objectKey(workspace, id));
      await deps.store.delete(sidecarKey(workspace, id));
    } catch (error) {
      deps.log.warn(
        { err: error, artifact: id },
        'an unused object could not be removed now; the sweep will',
      );
    }
  }
}

/**
 * Opens an artifact as a stream of plaintext; altered or cut bytes end it with an error.
 * @param slot - that of the data set which says that it is its own; an object of another is `artifact.unreadable`
 */
export async function openArtifact(
  deps: Pick<Deps, 'store' | 'ciphers'>,
  query: Query,
  workspace: string,
  id: string,
  slot?: string | null,
): Promise<OpenedArtifact> {
  const row = await query
    .selectFrom('assay.artifact')
    .select(['kind', 'media_type', 'bytes', 'digest', 'wrapped_key', 'key_slot'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new AssayError('artifact.unreadable', `There is no row for object ${id}.`);
  if (row.wrapped_key === null)
    throw new AssayError('encryption.key_destroyed', 'The object was erased on request, with its key.');
  if (slot !== undefined && row.key_slot !== slot)
    throw new AssayError('artifact.unreadable', `Object ${id} belongs to something else.`);
  const cipher = deps.ciphers.forSlot(await deps.ciphers.of(query, workspace), row.key_slot);
  const dataKey = cipher.openDataKey(row.wrapped_key as WrappedKey, dataKeyContext(workspace, id));
  const aad = objectAad({ workspace, object: id, kind: row.kind, mediaType: row.media_type });
  async function* stored(): AsyncGenerator<Uint8Array, void> {
    yield* await deps.store.get(objectKey(workspace, id));
  }
  const key = createSecretKey(dataKey);
  const body = decryptFloe(stored(), dataKey, aad);
  dataKey.fill(0);
  const bytes = Number(row.bytes);
  async function* range(start: number, end: number): AsyncGenerator<Uint8Array, void> {
    const name = objectKey(workspace, id);
    const whole = (await deps.store.stat(name))?.bytes ?? 0;
    const read = (from: number, to: number) => deps.store.getRange(name, from, to);
    for (let at = start; at < end; at += windowBytes)
      yield decryptFloeRange(read, whole, key.export(), aad, at, Math.min(at + windowBytes, end));
  }
  return { mediaType: row.media_type, bytes, digest: row.digest, body, range };
}

import { createHash, randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import {
  decryptFloe,
  encryptFloe,
  type KeyContext,
  objectAad,
  type WorkspaceCipher,
  type WrappedKey,
} from '../../base/encryption/index.ts';
import type { Deps } from '../deps.ts';

/** Bytes that are in the object store but in no row yet. */
export interface StoredArtifact {
  readonly id: string;
  readonly kind: string;
  readonly mediaType: string;
  /** Length and `sha256:hex` of the plaintext. */
  readonly bytes: number;
  readonly digest: string;
  readonly wrapped: WrappedKey;
}

export interface OpenedArtifact {
  readonly mediaType: string;
  readonly bytes: number;
  readonly digest: string;
  readonly body: AsyncIterable<Uint8Array>;
}

type StoreDeps = Pick<Deps, 'store'>;

function objectKey(workspace: string, id: string): string {
  return `${workspace}/${id}`;
}

function keyContext(workspace: string, id: string): KeyContext {
  return { purpose: 'artifact', workspace, object: id };
}

/**
 * Hashes, encrypts and stores while it streams, in constant memory. The object has a random name; it counts only
 * once `recordArtifact` has written its row, and what never gets one is swept away later.
 */
export async function storeArtifact(
  deps: StoreDeps,
  cipher: WorkspaceCipher,
  workspace: string,
  artifact: { readonly kind: string; readonly mediaType: string; readonly body: AsyncIterable<Uint8Array> },
  signal?: AbortSignal,
): Promise<StoredArtifact> {
  const id = randomUUID();
  const { dataKey, wrapped } = cipher.newDataKey(keyContext(workspace, id));
  const hash = createHash('sha256');
  let bytes = 0;
  async function* hashed(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of artifact.body) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  const aad = objectAad({ workspace, object: id, kind: artifact.kind, mediaType: artifact.mediaType });
  const encrypted = encryptFloe(hashed(), dataKey, aad);
  dataKey.fill(0);
  await deps.store.put(objectKey(workspace, id), encrypted, signal);
  const digest = `sha256:${hash.digest('hex')}`;
  return { id, kind: artifact.kind, mediaType: artifact.mediaType, bytes, digest, wrapped };
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
    })
    .execute();
}

/** Takes back objects that got no row; what cannot be removed now is swept away later. */
export async function discardArtifacts(
  deps: Pick<Deps, 'store' | 'log'>,
  workspace: string,
  stored: readonly { readonly id: string }[],
): Promise<void> {
  for (const { id } of stored) {
    try {
      await deps.store.delete(objectKey(workspace, id));
    } catch (error) {
      deps.log.warn(
        { err: error, artifact: id },
        'an unused object could not be removed now; the sweep will',
      );
    }
  }
}

/** Opens an artifact as a stream of plaintext; altered or cut bytes end it with an error. */
export async function openArtifact(
  deps: StoreDeps,
  query: Query,
  cipher: WorkspaceCipher,
  workspace: string,
  id: string,
): Promise<OpenedArtifact> {
  const row = await query
    .selectFrom('assay.artifact')
    .select(['kind', 'media_type', 'bytes', 'digest', 'wrapped_key'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new AssayError('artifact.unreadable', `There is no row for object ${id}.`);
  const dataKey = cipher.openDataKey(row.wrapped_key as WrappedKey, keyContext(workspace, id));
  const aad = objectAad({ workspace, object: id, kind: row.kind, mediaType: row.media_type });
  async function* stored(): AsyncGenerator<Uint8Array, void> {
    yield* await deps.store.get(objectKey(workspace, id));
  }
  const body = decryptFloe(stored(), dataKey, aad);
  dataKey.fill(0);
  return { mediaType: row.media_type, bytes: Number(row.bytes), digest: row.digest, body };
}

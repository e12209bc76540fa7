import type { KeyContext, ObjectIdentity, WrappedKey } from '../../base/encryption/index.ts';

/**
 * What lies beside an object in the store, so that bucket and keyring alone give it back: its identity, its data key
 * wrapped under the workspace's, and the workspace's wrapped under the root key. It is written once and not rotated; the
 * root key keeps its older versions. It says nothing of the plaintext, not even its digest.
 */
export interface Sidecar extends ObjectIdentity {
  readonly format: 'assay-object/1';
  readonly slot: number | null;
  readonly dataKey: WrappedKey;
  readonly workspaceKey: WrappedKey;
}

/** Name of an artifact's body in the store. */
export function objectKey(workspace: string, id: string): string {
  return `${workspace}/${id}`;
}

export function sidecarKey(workspace: string, id: string): string {
  return `${objectKey(workspace, id)}.key`;
}

/** Binds a data key to its object. */
export function dataKeyContext(workspace: string, id: string): KeyContext {
  return { purpose: 'artifact', workspace, object: id };
}

export async function* sidecarOf(
  identity: ObjectIdentity,
  slot: number | null,
  dataKey: WrappedKey,
  workspaceKey: WrappedKey,
): AsyncGenerator<Buffer, void> {
  const sidecar: Sidecar = { format: 'assay-object/1', ...identity, slot, dataKey, workspaceKey };
  yield Buffer.from(`${JSON.stringify(sidecar)}\n`);
}

import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import {
  type KeyContext,
  type KeyProvider,
  type WorkspaceCipher,
  type WrappedKey,
  workspaceCipher,
} from '../../base/encryption/index.ts';

/** Ciphers of workspaces, kept for five minutes so that a request does not ask the key source again. */
export interface Ciphers {
  /** @throws AssayError `workspace.not_found`, `encryption.key_unavailable` */
  of(query: Query, workspace: string): Promise<WorkspaceCipher>;
  /** The one that is kept; undefined where there is none at the moment. */
  kept(workspace: string): WorkspaceCipher | undefined;
}

const keepMs = 5 * 60_000;

/** Binds a wrapped workspace key to its place, so that it opens nowhere else. */
export function keyContext(workspace: string, version: number): KeyContext {
  return { purpose: 'workspace-key', workspace, version: String(version) };
}

export function createCiphers(keys: KeyProvider): Ciphers {
  const kept = new Map<string, { readonly cipher: WorkspaceCipher; readonly until: number }>();
  function find(workspace: string): WorkspaceCipher | undefined {
    const known = kept.get(workspace);
    return known && known.until > Date.now() ? known.cipher : undefined;
  }
  return {
    kept: find,
    async of(query, workspace) {
      const known = find(workspace);
      if (known) return known;
      const row = await query
        .selectFrom('assay.workspace_key')
        .select(['version', 'wrapped'])
        .where('workspace_id', '=', workspace)
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (!row) throw new AssayError('workspace.not_found', 'There is no such workspace.');
      const key = await keys.unwrap(row.wrapped as WrappedKey, keyContext(workspace, row.version));
      const cipher = workspaceCipher(key, { workspace, version: row.version });
      kept.set(workspace, { cipher, until: Date.now() + keepMs });
      return cipher;
    },
  };
}

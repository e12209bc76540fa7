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
}

const keepMs = 5 * 60_000;

/** Binds a wrapped workspace key to its place, so that it opens nowhere else. */
export function keyContext(workspace: string, version: number): KeyContext {
  return { purpose: 'workspace-key', workspace, version: String(version) };
}

export function createCiphers(keys: KeyProvider): Ciphers {
  const kept = new Map<string, { readonly cipher: WorkspaceCipher; readonly until: number }>();
  return {
    async of(query, workspace) {
      const known = kept.get(workspace);
      if (known && known.until > Date.now()) return known.cipher;
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

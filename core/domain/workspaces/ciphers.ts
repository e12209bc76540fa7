import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import {
  type Cipher,
  type KeyContext,
  type KeySource,
  type WorkspaceCipher,
  type WrappedKey,
  workspaceCipher,
} from '../../base/encryption/index.ts';

/** A workspace's cipher, with the newest version of its key as the root key wrapped it: that lies beside every object. */
export interface HeldCipher extends WorkspaceCipher {
  readonly wrappedKey: WrappedKey;
}

/** Ciphers of workspaces, kept for five minutes so that a request does not ask the key source again. */
export interface Ciphers {
  /**
   * Knows every version of the key that there is when it is called. So a row is read before its cipher is asked for.
   * @throws AssayError `workspace.not_found`, `encryption.key_unavailable`
   */
  of(query: Query, workspace: string): Promise<HeldCipher>;
  /** The one that is kept; undefined where there is none at the moment. It may not know the newest version. */
  kept(workspace: string): HeldCipher | undefined;
  /**
   * The cipher of whatever has this slot, or the workspace's own for what has none. Made anew each time: a key that was
   * destroyed must not live on in a process.
   * @throws AssayError `encryption.key_destroyed`
   */
  forSlot(cipher: HeldCipher, slot: string | number | null): Cipher;
}

const keepMs = 5 * 60_000;

interface Kept {
  readonly cipher: HeldCipher;
  readonly versions: readonly number[];
  readonly until: number;
}

/** Binds a wrapped workspace key to its place, so that it opens nowhere else. */
export function keyContext(workspace: string, version: number): KeyContext {
  return { purpose: 'workspace-key', workspace, version: String(version) };
}

export function createCiphers(keys: KeySource): Ciphers {
  const kept = new Map<string, Kept>();
  function find(workspace: string): Kept | undefined {
    // What was kept is of no use to anybody while the key source is gone.
    keys.require();
    const known = kept.get(workspace);
    return known && known.until > Date.now() ? known : undefined;
  }
  return {
    kept: (workspace) => find(workspace)?.cipher,
    async of(query, workspace) {
      const rows = await query
        .selectFrom('assay.workspace_key')
        .select(['version', 'wrapped'])
        .where('workspace_id', '=', workspace)
        .orderBy('version')
        .execute();
      const newest = rows.at(-1);
      if (!newest) throw new AssayError('workspace.not_found', 'There is no such workspace.');
      const known = find(workspace);
      if (known && rows.every(({ version }) => known.versions.includes(version))) return known.cipher;
      const versions = await Promise.all(
        rows.map(async ({ version, wrapped }) => {
          return { version, key: await keys.unwrap(wrapped as WrappedKey, keyContext(workspace, version)) };
        }),
      );
      const cipher = { ...workspaceCipher(workspace, versions), wrappedKey: newest.wrapped as WrappedKey };
      for (const { key } of versions) key.fill(0);
      kept.set(workspace, {
        cipher,
        versions: versions.map(({ version }) => version),
        until: Date.now() + keepMs,
      });
      return cipher;
    },
    forSlot(cipher, slot) {
      if (slot === null) return cipher;
      const key = keys.slotKey(Number(slot));
      try {
        return cipher.ofSlot(Number(slot), key);
      } finally {
        key.fill(0);
      }
    },
  };
}

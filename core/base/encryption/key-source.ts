import type { KeyContext } from './canonical.ts';
import type { DestroyedKey } from './keyring-content.ts';
import type { WrappedKey } from './wrapped-key.ts';

/** Where the root key is, for a health page and for a report. Never holds key material. */
export interface KeySourceDescription {
  /** `keyring`, or what the vault is: `pkcs11`. */
  readonly provider: string;
  readonly keyUri: string;
  /** The version that wraps now. */
  readonly keyVersion: number;
  /** How the keyring's file is protected. */
  readonly protection: 'file' | 'passphrase' | 'vault';
}

export type KeySourceHealth =
  | { readonly ok: true }
  | { readonly ok: false /** What is wrong and what to do. */; readonly reason: string };

/**
 * The keys of an installation: the root key, which wraps workspace keys; keys that can be destroyed one by one; keys of
 * the audit log; keyed hashes. What may be hardware behind it is `KeyVault`.
 *
 * - The context is authenticated: `unwrap` with another one fails with `encryption.ciphertext_invalid`, as it does for
 *   an altered record.
 * - Every method but `describe` and `health` fails with `encryption.key_unavailable` while the keys cannot be used.
 *   Nothing is ever answered from a fallback.
 * - Buffers handed out belong to the caller, who wipes them.
 */
export interface KeySource {
  /** A new 32-byte key and the same wrapped under the newest root key. */
  generateKey(context: KeyContext): Promise<{ key: Buffer; wrapped: WrappedKey }>;
  wrap(key: Uint8Array, context: KeyContext): Promise<WrappedKey>;
  /** Any version that there is. A record of another source is `encryption.key_unavailable`. */
  unwrap(wrapped: WrappedKey, context: KeyContext): Promise<Buffer>;
  /** Makes the next version of the root key, which wraps from now on. @returns its number */
  rotate(): Promise<number>;

  /** The 32-byte key of a slot (`newSlot`). Fails with `encryption.key_destroyed` once it was. */
  slotKey(slot: number): Buffer;
  /** Destroys the keys of these slots for good, durably, and remembers them. One writer at a time: the caller sees to it. */
  destroy(keys: readonly DestroyedKey[]): Promise<void>;
  destroyed(): readonly DestroyedKey[];

  /**
   * HMAC-SHA-256 of the bytes, 32 bytes, under a subkey that belongs to this label alone. For values that must be looked
   * up or recognised but not read back, such as token hashes.
   */
  mac(label: string, bytes: Uint8Array | string): Buffer;
  /** Ed25519 over the bytes: a checkpoint of the audit log (by the vault, where there is one), one of its leaves. */
  signCheckpoint(bytes: Uint8Array): Promise<Buffer>;
  signLeaf(bytes: Uint8Array): Buffer;
  /** The 32 raw bytes of both public keys. */
  publicKeys(): { readonly checkpoint: Buffer; readonly leaf: Buffer };

  /** @throws AssayError `encryption.key_unavailable` with the reason, where the last look found the keys unusable */
  require(): void;
  describe(): KeySourceDescription | undefined;
  /** Whether a key can be wrapped and unwrapped now; never throws. */
  health(): Promise<KeySourceHealth>;
  close(): Promise<void>;
}

import type { KeyContext } from './canonical.ts';
import type { WrappedKey } from './wrapped-key.ts';

/** Where the root key is, for a health page and for a report. Never holds key material. */
export interface KeyProviderDescription {
  readonly provider: string;
  readonly keyUri: string;
  /** The version that wraps now. */
  readonly keyVersion: number;
  /** Every version that can still unwrap. */
  readonly keyVersions: readonly number[];
}

export type KeyProviderHealth =
  | { readonly ok: true }
  | { readonly ok: false /** What is wrong and what to do. */; readonly reason: string };

/**
 * Source of the root key, which wraps workspace keys and never leaves its provider.
 *
 * - The context is authenticated: `unwrap` with another one fails with `encryption.ciphertext_invalid`, as it does for
 *   an altered record.
 * - A record of another provider, key or lost version fails with `encryption.key_unavailable`; so does every method
 *   but `describe` and `health` while the provider cannot be reached. Nothing is ever answered from a fallback.
 * - `wrap` and `generateKey` use the current version; `unwrap` any version that the provider still has.
 * - Buffers handed out belong to the caller, who wipes them.
 */
export interface KeyProvider {
  /** A new 32-byte key and the same wrapped. */
  generateKey(context: KeyContext): Promise<{ key: Buffer; wrapped: WrappedKey }>;
  wrap(key: Uint8Array, context: KeyContext): Promise<WrappedKey>;
  unwrap(wrapped: WrappedKey, context: KeyContext): Promise<Buffer>;
  describe(): KeyProviderDescription;
  /** Whether a key can be wrapped and unwrapped now; never throws. */
  health(): Promise<KeyProviderHealth>;
}

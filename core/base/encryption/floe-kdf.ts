import { createHmac, type KeyObject } from 'node:crypto';

/**
 * FLOE_KDF: HKDF-Expand-SHA-384 over parameters and IV (`prefix`), purpose and AAD. At most 48 bytes, one block of the
 * hash; `hkdfSync` does not serve, because FLOE leaves out HKDF's extract step.
 */
export function derive(
  key: KeyObject,
  prefix: Buffer,
  purpose: string | Buffer,
  aad: Uint8Array,
  bytes: number,
): Buffer {
  const block = createHmac('sha384', key).update(prefix).update(purpose).update(aad).update('\x01').digest();
  return block.subarray(0, bytes);
}

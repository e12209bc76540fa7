import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { AssayError } from '@assay/sdk';

export const algorithm = 'aes-256-gcm';
export const keyBytes = 32;
export const ivBytes = 12;
export const tagBytes = 16;
/** What sealing adds to a plaintext: the IV before it and the tag behind it. */
export const gcmOverheadBytes = ivBytes + tagBytes;

/** Copies a raw key into a `KeyObject`; the caller may wipe its buffer afterwards. */
export function secretKey(key: Uint8Array): KeyObject {
  if (key.length !== keyBytes) {
    throw new AssayError(
      'encryption.key_unavailable',
      `A key must have ${keyBytes} bytes; this one has ${key.length}.`,
    );
  }
  return createSecretKey(key);
}

/** AES-256-GCM with a random IV: `iv (12) | ciphertext | tag (16)`. */
export function gcmSeal(key: KeyObject, plain: Uint8Array, aad: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv);
  cipher.setAAD(aad);
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([iv, body, cipher.getAuthTag()]);
}

/** Opens what `gcmSeal` made, or fails with `encryption.ciphertext_invalid` and the given sentence. */
export function gcmOpen(key: KeyObject, sealed: Uint8Array, aad: Uint8Array, otherwise: string): Buffer {
  if (sealed.length < gcmOverheadBytes) throw ciphertextInvalid(otherwise);
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plain = decipher.update(sealed.subarray(ivBytes, sealed.length - tagBytes));
  try {
    decipher.final();
  } catch (cause) {
    plain.fill(0);
    throw ciphertextInvalid(otherwise, cause);
  }
  return plain;
}

export function ciphertextInvalid(detail: string, cause?: unknown): AssayError {
  return new AssayError('encryption.ciphertext_invalid', detail, { cause });
}

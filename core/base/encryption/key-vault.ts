import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { gcmOpen, gcmSeal, keyBytes, secretKey } from './gcm.ts';
import { gcmAlg, keyUnavailable } from './wrapped-key.ts';

/**
 * Keys that never leave the place where they are: the port for hardware and key services. PKCS#11 implements it
 * (`pkcs11/`); Vault Transit, a cloud's KMS or a TPM would, and nothing else of the product would change.
 *
 * - A label names one key. Everything fails with `encryption.key_unavailable` (in words, with what to do) where the
 *   vault cannot be reached or has no such key, and nothing is ever answered from a fallback.
 * - `seal` answers whatever `open` takes again, of any length to 64 KiB; both authenticate the AAD, and `open` fails with
 *   `encryption.ciphertext_invalid`. How it is made is the vault's own; its name, `alg`, stands in what is stored.
 * - What is sealed is a key of 32 bytes.
 * - `sign` is Ed25519.
 */
export interface KeyVault {
  /** `A256GCM` for `iv (12) | ciphertext | tag (16)`. */
  readonly alg: string;
  /** A new AES-256 key that cannot be taken out. A label that is taken is refused. */
  makeSecretKey(label: string): Promise<void>;
  /** A new Ed25519 key whose private half cannot be taken out. */
  makeSigningKey(label: string): Promise<void>;
  /** For good; no such key is no error. */
  destroyKey(label: string): Promise<void>;
  seal(label: string, plain: Uint8Array, aad: Uint8Array): Promise<Buffer>;
  open(label: string, sealed: Uint8Array, aad: Uint8Array): Promise<Buffer>;
  sign(label: string, bytes: Uint8Array): Promise<Buffer>;
  /** 32 raw bytes. */
  publicKey(label: string): Promise<Buffer>;
  /** @throws AssayError `encryption.key_unavailable` where it does not work now */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Keys by label as a keyring file keeps them: base64 of 32 bytes, an AES key or an Ed25519 seed. */
export type KeptKeys = Readonly<Record<string, string>>;

/** A vault in the memory of the process, over keys that a keyring file keeps; changes are told to `onChange`. */
export function memoryVault(kept: KeptKeys, onChange: (kept: KeptKeys) => void): KeyVault {
  let keys = kept;
  const raw = (label: string): Buffer => {
    const text = keys[label];
    if (text === undefined) throw keyUnavailable(`The keyring has no key "${label}".`);
    return Buffer.from(text, 'base64');
  };
  const secret = (label: string): KeyObject => {
    const bytes = raw(label);
    try {
      return secretKey(bytes);
    } finally {
      bytes.fill(0);
    }
  };
  const make = async (label: string): Promise<void> => {
    if (label in keys) throw keyUnavailable(`There is a key "${label}" already.`);
    keys = { ...keys, [label]: randomBytes(keyBytes).toString('base64') };
    onChange(keys);
  };
  const otherwise = 'The wrapped key does not authenticate: it was altered, or made for something else.';
  return {
    alg: gcmAlg,
    makeSecretKey: make,
    makeSigningKey: make,
    async destroyKey(label) {
      const { [label]: gone, ...rest } = keys;
      if (gone === undefined) return;
      keys = rest;
      onChange(keys);
    },
    seal: async (label, plain, aad) => gcmSeal(secret(label), plain, aad),
    open: async (label, sealed, aad) => gcmOpen(secret(label), sealed, aad, otherwise),
    sign: async (label, bytes) => signEd25519(seedKey(raw(label)), bytes),
    publicKey: async (label) => rawPublicKey(seedKey(raw(label))),
    check: async () => undefined,
    close: async () => undefined,
  };
}

const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The private key of a 32-byte seed (RFC 8032), which is wiped. */
export function seedKey(seed: Buffer): KeyObject {
  const der = Buffer.concat([pkcs8Prefix, seed]);
  seed.fill(0);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
  }
}

export function signEd25519(key: KeyObject, bytes: Uint8Array): Buffer {
  return sign(null, bytes, key);
}

/** The last 32 bytes of the SPKI form are the key itself. */
export function rawPublicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
}

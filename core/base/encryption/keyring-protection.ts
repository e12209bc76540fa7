import { argon2, getFips, type KeyObject, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { AssayError } from '@assay/sdk';
import { canonicalBytes } from './canonical.ts';
import { ciphertextInvalid, gcmOpen, gcmSeal, keyBytes, secretKey } from './gcm.ts';
import type { KeyVault } from './key-vault.ts';
import { keyUnavailable } from './wrapped-key.ts';

/** How the content of a keyring file is kept from whoever has the file. */
export type Protection =
  /** By the mode of the file alone. */
  | { readonly kind: 'file' }
  /** Sealed under a key made of a passphrase; argon2id (RFC 9106), or PBKDF2 where only FIPS algorithms may be used. */
  | { readonly kind: 'passphrase'; readonly kdf: Kdf; readonly salt: string }
  /** Sealed by a key of the vault, which is replaced and destroyed whenever a key is destroyed. */
  | {
      readonly kind: 'vault';
      readonly key: string;
      /** Keys of the vault that sealed the content before, and that may be there still. */
      readonly retired: readonly string[];
    };

type Kdf =
  | {
      readonly name: 'argon2id';
      readonly memoryKib: number;
      readonly passes: number;
      readonly lanes: number;
    }
  | { readonly name: 'pbkdf2-hmac-sha512'; readonly iterations: number };

const derive = { argon2: promisify(argon2), pbkdf2: promisify(pbkdf2) };
/** The second choice of RFC 9106, section 4: 64 MiB, three passes. OWASP's figure for PBKDF2-HMAC-SHA-512. */
const argon: Kdf = { name: 'argon2id', memoryKib: 65_536, passes: 3, lanes: 4 };
const pbkdf: Kdf = { name: 'pbkdf2-hmac-sha512', iterations: 220_000 };
const leastCharacters = 12;

/** Protects by a passphrase; `encryption.key_unavailable` for one that is too short. */
export function newPassphraseProtection(passphrase: string): Protection {
  if (passphrase.length < leastCharacters) {
    throw keyUnavailable(
      `The passphrase has ${passphrase.length} characters; at least ${leastCharacters} are needed.`,
    );
  }
  return {
    kind: 'passphrase',
    kdf: getFips() === 1 ? pbkdf : argon,
    salt: randomBytes(16).toString('base64'),
  };
}

/** Seals and opens content; a derived key is kept, so that a file that changed is read again without the passphrase. */
export interface Sealer {
  seal(id: string, protection: Protection, content: Buffer): Promise<Buffer>;
  open(id: string, protection: Protection, sealed: Buffer): Promise<Buffer>;
}

export function createSealer(passphrase: string | undefined, vault: KeyVault | undefined): Sealer {
  const derived = new Map<string, KeyObject>();
  async function keyFor(protection: Extract<Protection, { kind: 'passphrase' }>): Promise<KeyObject> {
    const kept = derived.get(protection.salt);
    if (kept) return kept;
    if (passphrase === undefined) {
      throw keyUnavailable(
        'The keyring is protected by a passphrase and none was given; name its file in keys.passphraseFile.',
      );
    }
    const key = await stretch(passphrase, protection);
    derived.set(protection.salt, key);
    return key;
  }
  const vaultOf = (): KeyVault => {
    if (vault) return vault;
    throw keyUnavailable(
      'The keyring is protected by a security module and none is configured; set keys.module and keys.token.',
    );
  };
  const aad = (id: string, protection: Protection) =>
    canonicalBytes('assay/keyring/v2', [
      id,
      protection.kind,
      protection.kind === 'vault' ? protection.key : '',
    ]);
  return {
    async seal(id, protection, content) {
      if (protection.kind === 'file') return content;
      const bound = aad(id, protection);
      if (protection.kind === 'vault') return sealByVault(vaultOf(), protection.key, content, bound);
      return gcmSeal(await keyFor(protection), content, bound);
    },
    async open(id, protection, sealed) {
      if (protection.kind === 'file') {
        if (passphrase === undefined && vault === undefined) return sealed;
        throw keyUnavailable(
          'A passphrase or a security module is configured, but the keyring is protected by the mode of its file ' +
            'alone. Take the setting away, or start with a new data directory.',
        );
      }
      const bound = aad(id, protection);
      const otherwise = 'The passphrase does not open the keyring, or the keyring was altered.';
      try {
        if (protection.kind === 'vault')
          return await openByVault(vaultOf(), protection.key, sealed, bound, otherwise);
        return gcmOpen(await keyFor(protection), sealed, bound, otherwise);
      } catch (error) {
        if (!AssayError.is(error, 'encryption.ciphertext_invalid')) throw error;
        derived.clear();
        throw keyUnavailable(
          protection.kind === 'vault'
            ? 'The keyring does not belong to this security module, or was altered.'
            : otherwise,
          error,
        );
      }
    },
  };
}

/** Before what the vault sealed, which it alone knows the length of. */
const lengthBytes = 4;

/** The vault seals a key of its own for the content, since it may take long, or refuse, to seal megabytes. */
async function sealByVault(vault: KeyVault, label: string, content: Buffer, aad: Buffer): Promise<Buffer> {
  const raw = randomBytes(keyBytes);
  const wrapped = await vault.seal(label, raw, aad);
  const key = secretKey(raw);
  raw.fill(0);
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(wrapped.length);
  return Buffer.concat([length, wrapped, gcmSeal(key, content, aad)]);
}

async function openByVault(
  vault: KeyVault,
  label: string,
  sealed: Buffer,
  aad: Buffer,
  otherwise: string,
): Promise<Buffer> {
  const end = sealed.length < lengthBytes ? 0 : lengthBytes + sealed.readUInt32BE();
  if (end === 0 || end > sealed.length) throw ciphertextInvalid(otherwise);
  const raw = await vault.open(label, sealed.subarray(lengthBytes, end), aad);
  const key = secretKey(raw);
  raw.fill(0);
  return gcmOpen(key, sealed.subarray(end), aad, otherwise);
}

async function stretch(
  passphrase: string,
  { kdf, salt }: Extract<Protection, { kind: 'passphrase' }>,
): Promise<KeyObject> {
  const nonce = Buffer.from(salt, 'base64');
  // Typed on different keyboards, the same letters must be the same bytes.
  const message = Buffer.from(passphrase.normalize('NFC'), 'utf8');
  const raw =
    kdf.name === 'argon2id'
      ? await derive.argon2('argon2id', {
          message,
          nonce,
          memory: kdf.memoryKib,
          passes: kdf.passes,
          parallelism: kdf.lanes,
          tagLength: keyBytes,
        })
      : await derive.pbkdf2(message, nonce, kdf.iterations, keyBytes, 'sha512');
  try {
    return secretKey(raw);
  } finally {
    raw.fill(0);
  }
}

import { createHmac, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import type { KeyContext } from './canonical.ts';
import { keyBytes, secretKey } from './gcm.ts';
import type { KeyProvider, KeyProviderDescription, KeyProviderHealth } from './key-provider.ts';
import {
  type KeyringContent,
  keyringUri,
  newKeyringContent,
  readKeyringFile,
  writeKeyringFile,
} from './keyring-file.ts';
import {
  keyUnavailable,
  parseWrappedKey,
  unwrapKey,
  type WrappedKey,
  type WrappingKey,
  wrapKey,
} from './wrapped-key.ts';

const provider = 'keyring';

export interface KeyringOptions {
  /** Absolute path of the keyring file (mode 0600). */
  readonly file: string;
}

/** The root key source that an installation starts with: random root keys and a pepper in one private file. */
export interface Keyring extends KeyProvider {
  /**
   * HMAC-SHA-256 of the bytes, 32 bytes, under a subkey of the pepper that belongs to this label alone. For values
   * that must be looked up but not read back, such as token hashes.
   */
  mac(label: string, bytes: Uint8Array | string): Buffer;
}

/**
 * Makes a keyring file with a new root key and pepper, and opens it. The folder is made with mode 0700 if it is not
 * there. An existing file is never overwritten.
 *
 * @throws AssayError `encryption.key_unavailable`, also where the file exists.
 */
export async function createKeyring(options: KeyringOptions): Promise<Keyring> {
  await writeKeyringFile(options.file, newKeyringContent());
  return openKeyring(options);
}

/**
 * Opens a keyring file; the keys are read once and kept in memory.
 *
 * @throws AssayError `encryption.key_unavailable` where the file is missing, damaged, or open to others.
 */
export async function openKeyring(options: KeyringOptions): Promise<Keyring> {
  return new FileKeyring(options.file, await readKeyringFile(options.file));
}

class FileKeyring implements Keyring {
  readonly #file: string;
  readonly #keyUri: string;
  readonly #rootKeys: readonly WrappingKey[];
  readonly #pepper: KeyObject;
  readonly #subkeys = new Map<string, KeyObject>();

  constructor(file: string, content: KeyringContent) {
    const keyUri = keyringUri(content);
    this.#file = file;
    this.#keyUri = keyUri;
    this.#rootKeys = content.rootKeys.map((key, index) => {
      return { provider, keyUri, keyVersion: index + 1, key: keyObject(key) };
    });
    this.#pepper = keyObject(content.pepper);
  }

  async generateKey(context: KeyContext): Promise<{ key: Buffer; wrapped: WrappedKey }> {
    const key = randomBytes(keyBytes);
    return { key, wrapped: await this.wrap(key, context) };
  }

  async wrap(key: Uint8Array, context: KeyContext): Promise<WrappedKey> {
    return wrapKey(this.#current(), key, context);
  }

  async unwrap(wrapped: WrappedKey, context: KeyContext): Promise<Buffer> {
    const { provider: by, keyUri, keyVersion } = parseWrappedKey(wrapped);
    const under = this.#rootKeys[keyVersion - 1];
    if (by !== provider || keyUri !== this.#keyUri || under === undefined) {
      throw keyUnavailable(
        `The key was wrapped by ${keyUri} version ${keyVersion}; this keyring is ${this.#keyUri} with versions ` +
          `1 to ${this.#rootKeys.length}. Start with the keyring that belongs to this data.`,
      );
    }
    return unwrapKey(under, wrapped, context);
  }

  mac(label: string, bytes: Uint8Array | string): Buffer {
    let subkey = this.#subkeys.get(label);
    if (subkey === undefined) {
      subkey = secretKey(
        new Uint8Array(hkdfSync('sha256', this.#pepper, '', `assay/mac/v1:${label}`, keyBytes)),
      );
      this.#subkeys.set(label, subkey);
    }
    return createHmac('sha256', subkey).update(bytes).digest();
  }

  describe(): KeyProviderDescription {
    const keyVersions = this.#rootKeys.map((root) => root.keyVersion);
    return { provider, keyUri: this.#keyUri, keyVersion: this.#current().keyVersion, keyVersions };
  }

  /** The keys in memory would go on working without the file; but the next start would not, so that is unhealthy. */
  async health(): Promise<KeyProviderHealth> {
    try {
      const content = await readKeyringFile(this.#file);
      if (keyringUri(content) !== this.#keyUri) {
        return { ok: false, reason: `The file ${this.#file} is now another keyring than the one in use.` };
      }
      const { key, wrapped } = await this.generateKey({ purpose: 'health' });
      const same = key.equals(await this.unwrap(wrapped, { purpose: 'health' }));
      return same ? { ok: true } : { ok: false, reason: 'A key came back changed from wrapping.' };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  #current(): WrappingKey {
    return this.#rootKeys.at(-1) as WrappingKey;
  }
}

function keyObject(base64: string): KeyObject {
  const raw = Buffer.from(base64, 'base64');
  try {
    return secretKey(raw);
  } finally {
    raw.fill(0);
  }
}

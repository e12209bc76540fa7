import { createHmac, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import type { KeyContext } from './canonical.ts';
import { keyBytes, secretKey } from './gcm.ts';
import type { KeySource, KeySourceDescription, KeySourceHealth } from './key-source.ts';
import { type KeyTree, openKeyTree } from './key-tree.ts';
import { type KeyVault, memoryVault, rawPublicKey, seedKey, signEd25519 } from './key-vault.ts';
import {
  type DestroyedKey,
  isKeyringContent,
  type KeyringContent,
  newKeyringContent,
} from './keyring-content.ts';
import {
  type KeyringFile,
  keyringStamp,
  newKeyringFile,
  readKeyringFile,
  replaceKeyringFile,
  writeKeyringFile,
} from './keyring-file.ts';
import { createSealer, newPassphraseProtection, type Protection, type Sealer } from './keyring-protection.ts';
import {
  type KeyName,
  keyUnavailable,
  parseWrappedKey,
  unwrapKeyBy,
  type WrappedKey,
  wrapKeyBy,
} from './wrapped-key.ts';

export interface KeyringOptions {
  /** Absolute path of the keyring file (mode 0600). */
  readonly file: string;
  readonly passphrase?: string;
  /** Where root key and log key stay, instead of in the file; `name` is its kind, such as `pkcs11`. */
  readonly vault?: { readonly name: string; open(): Promise<KeyVault> };
}

/**
 * Makes a keyring file with new keys, and opens it. The folder is made with mode 0700 if it is not there. An existing
 * file is never overwritten.
 * @throws AssayError `encryption.key_unavailable`, also where the file exists.
 */
export async function createKeyring(options: KeyringOptions): Promise<KeySource> {
  const { file, passphrase } = options;
  const vault = await options.vault?.open();
  try {
    const id = randomBytes(8).toString('hex');
    const made = await makeFirstKeys(id, newKeyringContent(), vault);
    const protection = await newProtection(id, passphrase, vault);
    const sealer = createSealer(passphrase, vault);
    await writeKeyringFile(file, await seal(sealer, id, protection, made));
  } finally {
    await vault?.close();
  }
  return openKeyring(options);
}

/**
 * Opens a keyring file.
 * @throws AssayError `encryption.key_unavailable` where it is missing, damaged, open to others, or does not open with
 *   what was given.
 */
export async function openKeyring(options: KeyringOptions): Promise<KeySource> {
  const vault = await options.vault?.open();
  try {
    const keyring = new Keyring(options, vault);
    await keyring.load();
    return keyring;
  } catch (error) {
    await vault?.close();
    throw error;
  }
}

const labels = {
  root: (id: string, version: number) => `assay-${id}-root-${version}`,
  log: (id: string) => `assay-${id}-log`,
  content: (id: string) => `assay-${id}-content-${randomBytes(4).toString('hex')}`,
};

async function makeFirstKeys(
  id: string,
  empty: KeyringContent,
  vault: KeyVault | undefined,
): Promise<KeyringContent> {
  let content = empty;
  const keys =
    vault ??
    memoryVault(content.kept, (kept) => {
      content = { ...content, kept };
    });
  await keys.makeSecretKey(labels.root(id, 1));
  await keys.makeSigningKey(labels.log(id));
  return { ...content, rootVersions: 1 };
}

async function newProtection(
  id: string,
  passphrase: string | undefined,
  vault: KeyVault | undefined,
): Promise<Protection> {
  if (vault) {
    const key = labels.content(id);
    await vault.makeSecretKey(key);
    return { kind: 'vault', key, retired: [] };
  }
  return passphrase === undefined ? { kind: 'file' } : newPassphraseProtection(passphrase);
}

async function seal(
  sealer: Sealer,
  id: string,
  protection: Protection,
  content: KeyringContent,
): Promise<KeyringFile> {
  const plain = Buffer.from(JSON.stringify(content));
  const sealed = await sealer.seal(id, protection, plain);
  const file = newKeyringFile(protection, id, sealed.toString('base64'));
  plain.fill(0);
  return file;
}

/** What was read from the file, ready for use. */
interface Loaded {
  readonly file: KeyringFile;
  readonly stamp: string | undefined;
  readonly content: KeyringContent;
  readonly keys: KeyVault;
  readonly tree: KeyTree;
  readonly pepper: KeyObject;
  readonly leafKey: KeyObject;
  readonly publicKeys: { readonly checkpoint: Buffer; readonly leaf: Buffer };
}

class Keyring implements KeySource {
  readonly #path: string;
  readonly #provider: string;
  readonly #vault: KeyVault | undefined;
  readonly #sealer: Sealer;
  readonly #subkeys = new Map<string, KeyObject>();
  #loaded: Loaded | undefined;

  constructor({ file, passphrase, vault: named }: KeyringOptions, vault: KeyVault | undefined) {
    this.#path = file;
    this.#provider = named?.name ?? 'keyring';
    this.#vault = vault;
    this.#sealer = createSealer(passphrase, vault);
  }

  async load(): Promise<void> {
    const stamp = await keyringStamp(this.#path);
    const file = await readKeyringFile(this.#path);
    if (this.#loaded && file.id !== this.#loaded.file.id) {
      throw keyUnavailable(`The file ${this.#path} is now another keyring than the one in use.`);
    }
    const content = await this.#contentOf(file);
    const keys = this.#vault ?? memoryVault(content.kept, () => undefined);
    const leafKey = seedKey(Buffer.from(content.leafSeed, 'base64'));
    this.#loaded = {
      file,
      stamp,
      content,
      keys,
      tree: openKeyTree(content.tree),
      pepper: keyObject(content.pepper),
      leafKey,
      publicKeys: {
        checkpoint: await keys.publicKey(labels.log(file.id)),
        leaf: rawPublicKey(leafKey),
      },
    };
    await this.#finishRetiring(file.protection);
  }

  async generateKey(context: KeyContext): Promise<{ key: Buffer; wrapped: WrappedKey }> {
    const key = randomBytes(keyBytes);
    return { key, wrapped: await this.wrap(key, context) };
  }

  async wrap(key: Uint8Array, context: KeyContext): Promise<WrappedKey> {
    const { keys, content, file } = this.#current();
    const version = content.rootVersions;
    const label = labels.root(file.id, version);
    return wrapKeyBy(this.#name(version), (plain, aad) => keys.seal(label, plain, aad), key, context);
  }

  async unwrap(wrapped: WrappedKey, context: KeyContext): Promise<Buffer> {
    const { provider, keyUri, keyVersion } = parseWrappedKey(wrapped);
    // Another process may have made a version since.
    if (keyVersion > this.#current().content.rootVersions) await this.load();
    const { keys, content, file } = this.#current();
    const own = this.#name(keyVersion);
    if (provider !== own.provider || keyUri !== own.keyUri || keyVersion > content.rootVersions) {
      throw keyUnavailable(
        `The key was wrapped by ${keyUri} version ${keyVersion}; this keyring is ${own.keyUri} with versions ` +
          `1 to ${content.rootVersions}. Start with the keyring that belongs to this data.`,
      );
    }
    const label = labels.root(file.id, keyVersion);
    return unwrapKeyBy(own, (sealed, aad) => keys.open(label, sealed, aad), wrapped, context);
  }

  async rotate(): Promise<number> {
    await this.load();
    const { file, content } = this.#current();
    const version = content.rootVersions + 1;
    let next: KeyringContent = { ...content, rootVersions: version };
    const keys =
      this.#vault ??
      memoryVault(content.kept, (kept) => {
        next = { ...next, kept };
      });
    // One that a crash left without a file that knows it was never used.
    await keys.destroyKey(labels.root(file.id, version));
    await keys.makeSecretKey(labels.root(file.id, version));
    await this.#write(next, file.protection);
    return version;
  }

  slotKey(slot: number): Buffer {
    return this.#current().tree.key(slot);
  }

  async destroy(entries: readonly DestroyedKey[]): Promise<void> {
    await this.load();
    const { file, content, tree } = this.#current();
    const known = new Set(content.destroyed.map(({ slot }) => slot));
    const fresh = entries.filter(({ slot }) => !known.has(slot));
    if (fresh.length === 0) return;
    const next = {
      ...content,
      tree: tree.without(fresh.map(({ slot }) => slot)).toNodes(),
      destroyed: [...content.destroyed, ...fresh],
    };
    await this.#write(next, await this.#nextProtection(file));
  }

  destroyed(): readonly DestroyedKey[] {
    return this.#current().content.destroyed;
  }

  mac(label: string, bytes: Uint8Array | string): Buffer {
    let subkey = this.#subkeys.get(label);
    if (subkey === undefined) {
      const { pepper } = this.#current();
      subkey = secretKey(new Uint8Array(hkdfSync('sha256', pepper, '', `assay/mac/v1:${label}`, keyBytes)));
      this.#subkeys.set(label, subkey);
    }
    return createHmac('sha256', subkey).update(bytes).digest();
  }

  async signCheckpoint(bytes: Uint8Array): Promise<Buffer> {
    const { keys, file } = this.#current();
    return keys.sign(labels.log(file.id), bytes);
  }

  signLeaf(bytes: Uint8Array): Buffer {
    return signEd25519(this.#current().leafKey, bytes);
  }

  publicKeys(): { readonly checkpoint: Buffer; readonly leaf: Buffer } {
    return this.#current().publicKeys;
  }

  require(): void {
    this.#current();
  }

  describe(): KeySourceDescription {
    const { content, file } = this.#current();
    const { provider, keyUri } = this.#name(1);
    return { provider, keyUri, keyVersion: content.rootVersions, protection: file.protection.kind };
  }

  /** The keys in memory would go on working without the file; but the next start would not, so that is unhealthy. */
  async health(): Promise<KeySourceHealth> {
    try {
      if ((await keyringStamp(this.#path)) !== this.#current().stamp) await this.load();
      await this.#vault?.check();
      const { key, wrapped } = await this.generateKey({ purpose: 'health' });
      const same = key.equals(await this.unwrap(wrapped, { purpose: 'health' }));
      return same ? { ok: true } : { ok: false, reason: 'A key came back changed from wrapping.' };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async close(): Promise<void> {
    await this.#vault?.close();
  }

  #current(): Loaded {
    if (this.#loaded) return this.#loaded;
    throw keyUnavailable('The keyring was not opened.');
  }

  #name(keyVersion: number): KeyName {
    const { keys, file } = this.#current();
    const provider = this.#provider;
    return { provider, keyUri: `${provider}:${file.id}`, keyVersion, alg: keys.alg };
  }

  async #contentOf(file: KeyringFile): Promise<KeyringContent> {
    const plain = await this.#sealer.open(file.id, file.protection, Buffer.from(file.content, 'base64'));
    try {
      const content: unknown = JSON.parse(plain.toString('utf8'));
      if (isKeyringContent(content)) return content;
    } catch {
      // The parser's message quotes the text, and the text is keys.
    } finally {
      plain.fill(0);
    }
    throw keyUnavailable(`The content of the keyring ${this.#path} is damaged. Restore it from its backup.`);
  }

  /** After a key was destroyed, an older copy of the file must not open any more: a vault's key for it is replaced. */
  async #nextProtection(file: KeyringFile): Promise<Protection> {
    const { protection } = file;
    if (protection.kind !== 'vault' || !this.#vault) return protection;
    const key = labels.content(file.id);
    await this.#vault.makeSecretKey(key);
    return { kind: 'vault', key, retired: [protection.key] };
  }

  async #write(content: KeyringContent, protection: Protection): Promise<void> {
    const { file } = this.#current();
    const next = await seal(this.#sealer, file.id, protection, content);
    await replaceKeyringFile(this.#path, { ...next, created: file.created });
    await this.load();
  }

  /** Destroys what the file says was replaced; after a crash between the two, the next load does it. */
  async #finishRetiring(protection: Protection): Promise<void> {
    if (protection.kind !== 'vault') return;
    for (const label of protection.retired) await this.#vault?.destroyKey(label);
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

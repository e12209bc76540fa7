import { hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { canonicalBytes, type KeyContext } from './canonical.ts';
import { ciphertextInvalid, gcmOpen, gcmOverheadBytes, gcmSeal, keyBytes, secretKey } from './gcm.ts';
import { parseWrappedKey, unwrapKey, type WrappedKey, type WrappingKey, wrapKey } from './wrapped-key.ts';

const sealedFormat = 1;
const prefixBytes = 1 + 4 + gcmOverheadBytes + keyBytes;

/** What the bytes of a stored object are; FLOE authenticates it. */
export interface ObjectIdentity {
  readonly workspace: string;
  /** The object's id in the store. */
  readonly object: string;
  /** What it is for, such as `original`, `parquet`, `report`. */
  readonly kind: string;
  readonly mediaType: string;
}

/** Wraps and opens data keys, and seals small values, for one workspace or for one erasable subject in it. */
export interface Cipher {
  /** A new 32-byte data key for one object, and the same wrapped. The caller wipes the buffer. */
  newDataKey(context: KeyContext): { dataKey: Buffer; wrapped: WrappedKey };
  /** Fails with `encryption.ciphertext_invalid` for another context, workspace or subject, or an altered record. */
  openDataKey(wrapped: WrappedKey, context: KeyContext): Buffer;
  /** The same data key under the newest version, for a rotation; undefined where it is under that already. */
  rewrapDataKey(wrapped: WrappedKey, context: KeyContext): WrappedKey | undefined;
  /**
   * Seals a small value for a database column under a data key of its own, which stands wrapped in front of it. The
   * value's own tag does not cover that prefix, so a rotation replaces the first 65 bytes and no more.
   *
   * Layout: `format 1 (1) | key version (4) | wrapped data key: iv, key, tag (60) | iv (12) | ciphertext | tag (16)`.
   */
  seal(context: string, plain: Uint8Array): Buffer;
  /** Fails with `encryption.ciphertext_invalid` for another context, workspace or subject, or any altered byte. */
  unseal(context: string, sealed: Uint8Array): Buffer;
  /** The same value with its prefix under the newest version; undefined where it is under that already. */
  resealPrefix(context: string, sealed: Uint8Array): Buffer | undefined;
}

/** Uses all versions of one workspace's key: the newest to wrap, every one to open. Keeps them in memory while it lives. */
export interface WorkspaceCipher extends Cipher {
  readonly newestVersion: number;
  /**
   * Cipher of a subject whose key can be destroyed: its keys are derived from the workspace's and the slot's together
   * (HKDF-SHA-256 of the workspace's key with the slot's key as salt), so that either one destroyed ends them.
   * @param slotKey as the key source answers it; copied, the caller may wipe it
   */
  ofSlot(slot: number, slotKey: Uint8Array): Cipher;
}

/** One version of a workspace's key: 32 bytes as the root key unwrapped them; copied, the caller may wipe them. */
export interface KeyVersion {
  readonly version: number;
  readonly key: Uint8Array;
}

/** Cipher for one workspace over the versions of its key that there are. */
export function workspaceCipher(workspace: string, versions: readonly KeyVersion[]): WorkspaceCipher {
  const keys = versions.map(({ version, key }) => ({ version, key: secretKey(key) }));
  const newestVersion = Math.max(...versions.map(({ version }) => version));
  const uri = `workspace:${workspace}`;
  const cipher = createCipher(
    workspace,
    uri,
    keys.map(({ version, key }) => ({ provider: 'workspace', keyUri: uri, keyVersion: version, key })),
  );
  return {
    ...cipher,
    newestVersion,
    ofSlot(slot, slotKey) {
      const keyUri = `${uri}#${slot}`;
      const salt = Buffer.from(slotKey);
      const derived = keys.map(({ version, key }) => {
        const raw = new Uint8Array(hkdfSync('sha256', key, salt, `assay/slot/v1:${keyUri}`, keyBytes));
        return { provider: 'workspace', keyUri, keyVersion: version, key: takeKey(Buffer.from(raw.buffer)) };
      });
      salt.fill(0);
      return createCipher(workspace, keyUri, derived);
    },
  };
}

function createCipher(workspace: string, keyUri: string, keys: readonly WrappingKey[]): Cipher {
  const newest = keys.reduce((a, b) => (a.keyVersion > b.keyVersion ? a : b));
  function keyOf(version: number): WrappingKey {
    const found = keys.find((key) => key.keyVersion === version);
    if (found) return found;
    // A rotation that ended this moment; whoever asks again is given the new version.
    throw new AssayError(
      'encryption.key_unavailable',
      `There is no version ${version} of the key ${keyUri} here; try again.`,
    );
  }
  const openDataKey: Cipher['openDataKey'] = (wrapped, context) =>
    unwrapKey(keyOf(parseWrappedKey(wrapped).keyVersion), wrapped, context);

  /** `format | version | wrapped data key`. */
  function sealPrefix(context: string, raw: Uint8Array): Buffer {
    const prefix = Buffer.alloc(5);
    prefix[0] = sealedFormat;
    prefix.writeUInt32BE(newest.keyVersion, 1);
    return Buffer.concat([prefix, gcmSeal(newest.key, raw, valueKeyAad(keyUri, prefix, context))]);
  }
  const altered = 'The sealed value does not authenticate: it was altered, or belongs somewhere else.';
  function openPrefix(context: string, sealed: Uint8Array): Buffer {
    const { key } = keyOf(sealedKeyVersion(sealed));
    const aad = valueKeyAad(keyUri, sealed.subarray(0, 5), context);
    return gcmOpen(key, sealed.subarray(5, prefixBytes), aad, altered);
  }

  return {
    newDataKey(context) {
      const dataKey = randomBytes(keyBytes);
      return { dataKey, wrapped: wrapKey(newest, dataKey, context) };
    },
    openDataKey,
    rewrapDataKey(wrapped, context) {
      if (wrapped.keyVersion === newest.keyVersion) return undefined;
      const raw = openDataKey(wrapped, context);
      try {
        return wrapKey(newest, raw, context);
      } finally {
        raw.fill(0);
      }
    },
    seal(context, plain) {
      const raw = randomBytes(keyBytes);
      const prefix = sealPrefix(context, raw);
      return Buffer.concat([prefix, gcmSeal(takeKey(raw), plain, valueAad(workspace, context))]);
    },
    unseal(context, sealed) {
      const raw = openPrefix(context, sealed);
      return gcmOpen(takeKey(raw), sealed.subarray(prefixBytes), valueAad(workspace, context), altered);
    },
    resealPrefix(context, sealed) {
      if (sealedKeyVersion(sealed) === newest.keyVersion) return undefined;
      const raw = openPrefix(context, sealed);
      try {
        return Buffer.concat([sealPrefix(context, raw), sealed.subarray(prefixBytes)]);
      } finally {
        raw.fill(0);
      }
    },
  };
}

/** Which version of the workspace's key opens a sealed value. Fails with `encryption.ciphertext_invalid`. */
export function sealedKeyVersion(sealed: Uint8Array): number {
  if (sealed.length < prefixBytes + gcmOverheadBytes || sealed[0] !== sealedFormat) {
    throw ciphertextInvalid('The value is not one that this version seals, or it was cut.');
  }
  return new DataView(sealed.buffer, sealed.byteOffset).getUint32(1);
}

/** The AAD of a stored object's body: another object, workspace, kind or media type does not open. */
export function objectAad({ workspace, object, kind, mediaType }: ObjectIdentity): Buffer {
  return canonicalBytes('appliance/obj/v1', [workspace, object, kind, mediaType]);
}

function takeKey(raw: Buffer): KeyObject {
  const key = secretKey(raw);
  raw.fill(0);
  return key;
}

function valueKeyAad(keyUri: string, prefix: Uint8Array, context: string): Buffer {
  return canonicalBytes('assay/value-key/v1', [Buffer.from(prefix).toString('hex'), keyUri, context]);
}

function valueAad(workspace: string, context: string): Buffer {
  return canonicalBytes('assay/value/v1', [workspace, context]);
}

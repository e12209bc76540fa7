import { type KeyObject, randomBytes } from 'node:crypto';
import { canonicalBytes, type KeyContext } from './canonical.ts';
import { ciphertextInvalid, gcmOpen, gcmOverheadBytes, gcmSeal, keyBytes, secretKey } from './gcm.ts';
import { unwrapKey, type WrappedKey, type WrappingKey, wrapKey } from './wrapped-key.ts';

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

/** Uses one version of one workspace's key. It keeps the key in memory for as long as it lives. */
export interface WorkspaceCipher {
  /** A new 32-byte data key for one object, and the same wrapped. The caller wipes the buffer. */
  newDataKey(context: KeyContext): { dataKey: Buffer; wrapped: WrappedKey };
  /** Fails with `encryption.ciphertext_invalid` for another context, workspace or version, or an altered record. */
  openDataKey(wrapped: WrappedKey, context: KeyContext): Buffer;
  /**
   * Seals a small value for a database column under a data key of its own, which stands wrapped in front of it. The
   * value's own tag does not cover that prefix, so a rotation replaces the first 65 bytes and no more.
   *
   * Layout: `format 1 (1) | key version (4) | wrapped data key: iv, key, tag (60) | iv (12) | ciphertext | tag (16)`.
   */
  seal(context: string, plain: Uint8Array): Buffer;
  /** Fails with `encryption.ciphertext_invalid` for another context, workspace or version, or any altered byte. */
  unseal(context: string, sealed: Uint8Array): Buffer;
}

/**
 * Cipher for one workspace.
 *
 * @param key The workspace's key, 32 bytes as the root key unwrapped it; it is copied, the caller may wipe it.
 * @param identity Workspace id and the version of its key, from 1.
 */
export function workspaceCipher(
  key: Buffer,
  { workspace, version }: { readonly workspace: string; readonly version: number },
): WorkspaceCipher {
  const under: WrappingKey = {
    provider: 'workspace',
    keyUri: `workspace:${workspace}`,
    keyVersion: version,
    key: secretKey(key),
  };
  return {
    newDataKey(context) {
      const dataKey = randomBytes(keyBytes);
      return { dataKey, wrapped: wrapKey(under, dataKey, context) };
    },
    openDataKey: (wrapped, context) => unwrapKey(under, wrapped, context),
    seal(context, plain) {
      const raw = randomBytes(keyBytes);
      const prefix = Buffer.alloc(5);
      prefix[0] = sealedFormat;
      prefix.writeUInt32BE(version, 1);
      const wrapped = gcmSeal(under.key, raw, valueKeyAad(workspace, prefix, context));
      const body = gcmSeal(takeKey(raw), plain, valueAad(workspace, context));
      return Buffer.concat([prefix, wrapped, body]);
    },
    unseal(context, sealed) {
      const used = sealedKeyVersion(sealed);
      if (used !== version) {
        throw ciphertextInvalid(`The value was sealed under key version ${used}, not ${version}.`);
      }
      const prefix = sealed.subarray(0, 5);
      const aad = valueKeyAad(workspace, prefix, context);
      const otherwise = 'The sealed value does not authenticate: it was altered, or belongs somewhere else.';
      const raw = gcmOpen(under.key, sealed.subarray(5, prefixBytes), aad, otherwise);
      return gcmOpen(takeKey(raw), sealed.subarray(prefixBytes), valueAad(workspace, context), otherwise);
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

function valueKeyAad(workspace: string, prefix: Uint8Array, context: string): Buffer {
  return canonicalBytes('assay/value-key/v1', [Buffer.from(prefix).toString('hex'), workspace, context]);
}

function valueAad(workspace: string, context: string): Buffer {
  return canonicalBytes('assay/value/v1', [workspace, context]);
}

import type { KeyObject } from 'node:crypto';
import { AssayError, sha256 } from '@assay/sdk';
import { canonicalBytes, contextFields, type KeyContext } from './canonical.ts';
import { ciphertextInvalid, gcmOpen, gcmSeal } from './gcm.ts';

/**
 * A key encrypted under another key, as it is stored in a row or a sidecar object. The record is closed: an unknown
 * field is refused. For `A256GCM`, `wrapped` is the base64 of `iv (12) | ciphertext | tag (16)` and the AAD is the
 * canonical form of `assay/wrap/v1`, provider, keyUri, keyVersion, alg and the sorted context.
 */
export interface WrappedKey {
  readonly v: 1;
  /** Who can unwrap it: `keyring`, `workspace`, later an HSM or a key service. */
  readonly provider: string;
  /** Which key of that provider wrapped it. */
  readonly keyUri: string;
  /** Version of that key, from 1. */
  readonly keyVersion: number;
  readonly alg: 'A256GCM';
  readonly wrapped: string;
  /** Digest of the context, so that a mix-up can be told from damage without trying the key. */
  readonly ctxDigest: string;
}

/** One version of a key that wraps other keys. */
export interface WrappingKey {
  readonly provider: string;
  readonly keyUri: string;
  readonly keyVersion: number;
  readonly key: KeyObject;
}

const fieldNames = ['v', 'provider', 'keyUri', 'keyVersion', 'alg', 'wrapped', 'ctxDigest'];
const alg = 'A256GCM';

/** Which key wraps, without the key itself. */
export type KeyName = Omit<WrappingKey, 'key'>;

export function wrapKey(under: WrappingKey, key: Uint8Array, context: KeyContext): WrappedKey {
  return recordOf(under, gcmSeal(under.key, key, wrapAad(under, context)), context);
}

/** The same for a key that stays where it is: `seal` answers `iv (12) | ciphertext | tag (16)`. */
export async function wrapKeyBy(
  name: KeyName,
  seal: (plain: Uint8Array, aad: Uint8Array) => Promise<Buffer>,
  key: Uint8Array,
  context: KeyContext,
): Promise<WrappedKey> {
  return recordOf(name, await seal(key, wrapAad(name, context)), context);
}

/** The key inside; the caller wipes it when done. Fails with `encryption.ciphertext_invalid`. */
export function unwrapKey(under: WrappingKey, record: WrappedKey, context: KeyContext): Buffer {
  const sealed = sealedIn(under, record, context);
  const otherwise = 'The wrapped key does not authenticate: it was altered, or made for something else.';
  return gcmOpen(under.key, sealed, wrapAad(under, context), otherwise);
}

/** The same for a key that stays where it is. */
export async function unwrapKeyBy(
  name: KeyName,
  open: (sealed: Uint8Array, aad: Uint8Array) => Promise<Buffer>,
  record: WrappedKey,
  context: KeyContext,
): Promise<Buffer> {
  return open(sealedIn(name, record, context), wrapAad(name, context));
}

function recordOf(
  { provider, keyUri, keyVersion }: KeyName,
  sealed: Buffer,
  context: KeyContext,
): WrappedKey {
  const wrapped = sealed.toString('base64');
  return { v: 1, provider, keyUri, keyVersion, alg, wrapped, ctxDigest: contextDigest(context) };
}

function sealedIn(under: KeyName, record: WrappedKey, context: KeyContext): Buffer {
  const { provider, keyUri, keyVersion, wrapped, ctxDigest } = parseWrappedKey(record);
  if (provider !== under.provider || keyUri !== under.keyUri || keyVersion !== under.keyVersion) {
    throw ciphertextInvalid(
      `The key was wrapped by ${keyUri} version ${keyVersion}, not by ${under.keyUri} version ${under.keyVersion}.`,
    );
  }
  if (ctxDigest !== contextDigest(context)) {
    throw ciphertextInvalid('The wrapped key belongs to something else than what it was asked for.');
  }
  return Buffer.from(wrapped, 'base64');
}

/** Checks the shape of a stored record. Fails with `encryption.ciphertext_invalid`. */
export function parseWrappedKey(value: unknown): WrappedKey {
  const record = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const texts = [record.provider, record.keyUri, record.wrapped, record.ctxDigest];
  const closed =
    Object.keys(record).length === fieldNames.length && fieldNames.every((name) => name in record);
  const known = record.v === 1 && record.alg === alg && texts.every((text) => typeof text === 'string');
  const version = record.keyVersion;
  const counted = Number.isSafeInteger(version) && (version as number) > 0;
  // Node's decoder skips what is not base64, so only a round trip shows that the text is the one that was written.
  const exact = known && Buffer.from(String(record.wrapped), 'base64').toString('base64') === record.wrapped;
  if (closed && counted && exact) return value as WrappedKey;
  throw ciphertextInvalid(
    `A wrapped key must be a record with exactly ${fieldNames.join(', ')}, v 1, alg ${alg}.`,
  );
}

export function keyUnavailable(detail: string, cause?: unknown): AssayError {
  return new AssayError('encryption.key_unavailable', detail, { cause });
}

function wrapAad(under: KeyName, context: KeyContext): Buffer {
  const names = [under.provider, under.keyUri, String(under.keyVersion), alg];
  return canonicalBytes('assay/wrap/v1', [...names, ...contextFields(context)]);
}

function contextDigest(context: KeyContext): string {
  return sha256(canonicalBytes('assay/context/v1', contextFields(context)));
}

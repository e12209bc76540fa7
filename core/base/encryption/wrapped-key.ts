import type { KeyObject } from 'node:crypto';
import { AssayError, sha256 } from '@assay/sdk';
import { canonicalBytes, contextFields, type KeyContext } from './canonical.ts';
import { ciphertextInvalid, gcmOpen, gcmSeal } from './gcm.ts';

/**
 * A key encrypted under another key, as it is stored in a row or a sidecar object. The record is closed: an unknown
 * field is refused. `wrapped` is base64 of what `alg` of that provider gives: for `A256GCM`, `iv (12) | ciphertext | tag
 * (16)`; a key service may have its own. The AAD is the canonical form of `assay/wrap/v1`, provider, keyUri, keyVersion,
 * alg and the sorted context.
 */
export interface WrappedKey {
  readonly v: 1;
  /** Who can unwrap it: `keyring`, `workspace`, later an HSM or a key service. */
  readonly provider: string;
  /** Which key of that provider wrapped it. */
  readonly keyUri: string;
  /** Version of that key, from 1. */
  readonly keyVersion: number;
  /** Up to 40 letters, digits, `.`, `_`, `-`. */
  readonly alg: string;
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
/** AES-256-GCM as `gcm.ts` writes it. */
export const gcmAlg = 'A256GCM';

/** Which key wraps, and how, without the key itself. */
export type KeyName = Omit<WrappingKey, 'key'> & { readonly alg: string };

const gcmName = (under: WrappingKey): KeyName => ({ ...under, alg: gcmAlg });

export function wrapKey(under: WrappingKey, key: Uint8Array, context: KeyContext): WrappedKey {
  const name = gcmName(under);
  return recordOf(name, gcmSeal(under.key, key, wrapAad(name, context)), context);
}

/** The same for a key that stays where it is: what `seal` answers is kept as it is. */
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
  const name = gcmName(under);
  const sealed = sealedIn(name, record, context);
  const otherwise = 'The wrapped key does not authenticate: it was altered, or made for something else.';
  return gcmOpen(under.key, sealed, wrapAad(name, context), otherwise);
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
  { provider, keyUri, keyVersion, alg }: KeyName,
  sealed: Buffer,
  context: KeyContext,
): WrappedKey {
  const wrapped = sealed.toString('base64');
  return { v: 1, provider, keyUri, keyVersion, alg, wrapped, ctxDigest: contextDigest(context) };
}

function sealedIn(under: KeyName, record: WrappedKey, context: KeyContext): Buffer {
  const { provider, keyUri, keyVersion, alg, wrapped, ctxDigest } = parseWrappedKey(record);
  if (alg !== under.alg)
    throw ciphertextInvalid(`The key was wrapped with ${alg}, which is not how ${under.keyUri} wraps.`);
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
  const named = typeof record.alg === 'string' && /^[A-Za-z0-9._-]{1,40}$/.test(record.alg);
  const known = record.v === 1 && named && texts.every((text) => typeof text === 'string');
  const version = record.keyVersion;
  const counted = Number.isSafeInteger(version) && (version as number) > 0;
  // Node's decoder skips what is not base64, so only a round trip shows that the text is the one that was written.
  const exact = known && Buffer.from(String(record.wrapped), 'base64').toString('base64') === record.wrapped;
  if (closed && counted && exact) return value as WrappedKey;
  throw ciphertextInvalid(
    `A wrapped key must be a record with exactly ${fieldNames.join(', ')}, v 1, alg a short name.`,
  );
}

export function keyUnavailable(detail: string, cause?: unknown): AssayError {
  return new AssayError('encryption.key_unavailable', detail, { cause });
}

function wrapAad(under: KeyName, context: KeyContext): Buffer {
  const names = [under.provider, under.keyUri, String(under.keyVersion), under.alg];
  return canonicalBytes('assay/wrap/v1', [...names, ...contextFields(context)]);
}

function contextDigest(context: KeyContext): string {
  return sha256(canonicalBytes('assay/context/v1', contextFields(context)));
}

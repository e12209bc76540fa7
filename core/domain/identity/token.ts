import { randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { KeySource } from '../../base/encryption/index.ts';

/** What a secret opens; each kind has a prefix and a keyed hash of its own, so that none is taken for another. */
export type SecretKind = 'token' | 'session';

/**
 * `assay_<id>_<secret>_<check>`: 12 characters to find the row, 256 random bits, a CRC-32 so that a typing error or
 * a leaked-secret scanner is answered without the database. Only a keyed hash of it is stored.
 */
export interface NewSecret {
  readonly id: string;
  readonly text: string;
  readonly mac: Buffer;
}

const prefixes: Readonly<Record<SecretKind, string>> = { token: 'assay', session: 'assays' };
const shape = /^(assays?)_([A-Za-z0-9]{12})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function check(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

function makeId(): string {
  return Array.from(randomBytes(12), (byte) => alphabet[byte % alphabet.length]).join('');
}

export function makeSecret(keys: KeySource, kind: SecretKind): NewSecret {
  const id = makeId();
  const body = `${prefixes[kind]}_${id}_${randomBytes(32).toString('base64url')}`;
  const text = `${body}_${check(body)}`;
  return { id, text, mac: keys.mac(kind, Buffer.from(text)) };
}

/** The id inside a well-formed secret of this kind, else undefined. */
export function secretId(kind: SecretKind, text: string): string | undefined {
  const match = shape.exec(text);
  if (match?.[1] !== prefixes[kind]) return undefined;
  return check(text.slice(0, text.lastIndexOf('_'))) === match[4] ? match[2] : undefined;
}

/** A well-formed secret of this kind: its id, and the keyed hash that its row must have. */
export function readSecret(
  keys: KeySource,
  kind: SecretKind,
  text: string,
): { readonly id: string; readonly mac: Buffer } | undefined {
  const id = secretId(kind, text);
  return id === undefined ? undefined : { id, mac: keys.mac(kind, Buffer.from(text)) };
}

export function secretMatches(keys: KeySource, kind: SecretKind, text: string, mac: Buffer): boolean {
  const given = keys.mac(kind, Buffer.from(text));
  return given.length === mac.length && timingSafeEqual(given, mac);
}

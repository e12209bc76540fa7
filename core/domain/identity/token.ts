import { randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Keyring } from '../../base/encryption/index.ts';

/**
 * `assay_<id>_<secret>_<check>`: 12 characters to find the row, 256 random bits, a CRC-32 so that a typing error or
 * a leaked-secret scanner is answered without the database. Only a keyed hash of it is stored.
 */
export interface NewToken {
  readonly id: string;
  readonly text: string;
  readonly mac: Buffer;
}

const shape = /^assay_([A-Za-z0-9]{12})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function check(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

function makeId(): string {
  return Array.from(randomBytes(12), (byte) => alphabet[byte % alphabet.length]).join('');
}

export function makeToken(keys: Keyring): NewToken {
  const id = makeId();
  const body = `assay_${id}_${randomBytes(32).toString('base64url')}`;
  const text = `${body}_${check(body)}`;
  return { id, text, mac: keys.mac('token', Buffer.from(text)) };
}

/** The id inside a well-formed token, else undefined. */
export function tokenId(text: string): string | undefined {
  const match = shape.exec(text);
  return match && check(text.slice(0, text.lastIndexOf('_'))) === match[3] ? match[1] : undefined;
}

export function tokenMatches(keys: Keyring, text: string, mac: Buffer): boolean {
  const given = keys.mac('token', Buffer.from(text));
  return given.length === mac.length && timingSafeEqual(given, mac);
}

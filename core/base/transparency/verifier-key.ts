import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { fromBase64 } from './base64.ts';

const ed25519Type = 1;
const publicKeyBytes = 32;
const maxTextLength = 1_000;
/** Base64 has plus signs of its own; a name has none. */
const parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/;

/** A public key by which notes are verified, with the name that its signature lines carry. */
export interface VerifierKey {
  readonly name: string;
  /** First four bytes of SHA-256(name | newline | 0x01 | public key), as eight hex digits. */
  readonly id: string;
  /** 32 raw bytes, Ed25519. */
  readonly publicKey: Buffer;
}

/**
 * Text form of an Ed25519 key for whoever verifies: `name+id+base64(0x01 | public key)` (C2SP signed-note).
 * @throws AssayError audit.note_invalid for a name with spaces or `+`, or a key of another length
 */
export function verifierKey(name: string, publicKey: Uint8Array): string {
  return `${name}+${keyId(name, publicKey)}+${typed(publicKey).toString('base64')}`;
}

/**
 * Reads the text form. Only Ed25519 is known.
 * @throws AssayError audit.note_invalid
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', id, encoded = ''] = text.length > maxTextLength ? [] : (parts.exec(text) ?? []);
  const bytes = fromBase64(encoded);
  if (bytes?.[0] !== ed25519Type) throw malformed('it is not NAME+ID+BASE64 of an Ed25519 key (type 1)');
  const publicKey = bytes.subarray(1);
  if (keyId(name, publicKey) !== id) throw malformed('its ID does not belong to its name and key');
  return { name, id, publicKey };
}

/** The id that belongs to a name and an Ed25519 public key. */
export function keyId(name: string, publicKey: Uint8Array): string {
  if (!isKeyName(name)) throw malformed('a name is not empty and has no spaces and no plus sign');
  if (publicKey.length !== publicKeyBytes) throw malformed(`an Ed25519 key has ${publicKeyBytes} bytes`);
  const hash = createHash('sha256').update(`${name}\n`).update(typed(publicKey)).digest('hex');
  return hash.slice(0, 8);
}

/** A raw Ed25519 public key as Node's `verify` takes it. */
export function ed25519Key(publicKey: Uint8Array): KeyObject {
  const x = Buffer.from(publicKey).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** Not empty, no white space, no plus sign, no control character. */
function isKeyName(name: string): boolean {
  return name.isWellFormed() && /^[^\p{White_Space}\p{Cc}+]+$/u.test(name);
}

const typed = (publicKey: Uint8Array): Buffer => Buffer.concat([Buffer.of(ed25519Type), publicKey]);

const malformed = (what: string): AssayError =>
  new AssayError('audit.note_invalid', `The verifier key is not valid: ${what}.`);

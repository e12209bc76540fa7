/**
 * The FLOE construction (Snowflake's public specification, ePrint 2025/2275): header, key derivation and one segment.
 * AES-256-GCM, HKDF-Expand-SHA-384, IV of 32 bytes. `floe.ts` turns it into streams and range reads; nothing else may
 * use it, because a caller who picks positions himself loses what the order of segments proves.
 *
 *   header   aead id 0 | kdf id 0 | segment length (4) | IV length (4) | IV (32) | header tag (32)
 *   segment  0xffffffff, or the segment's own length in the last one (4) | IV (12) | ciphertext | tag (16)
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { derive } from './floe-kdf.ts';
import { algorithm, ciphertextInvalid, ivBytes, keyBytes, secretKey, tagBytes } from './gcm.ts';

const parameterBytes = 10;
const floeIvBytes = 32;
const headerTagBytes = 32;
const messageKeyBytes = 48;
const lengthBytes = 4;
const notLast = 0xffffffff;
const maxSegments = 2 ** 40;
const ivsAtOnce = 64;

/** Bytes of a FLOE header. */
export const headerBytes = parameterBytes + floeIvBytes + headerTagBytes;
/** Length field and IV, which stand before a segment's ciphertext. */
export const leadBytes = lengthBytes + ivBytes;
/** What a segment adds to its plaintext. */
export const segmentOverheadBytes = leadBytes + tagBytes;
/** A data key serves 2^20 segments before the next one is derived; only a known-answer vector has another figure. */
export const standardRotationBits = 20;

/** Parameters that a header must agree with before anything is derived from it. */
export interface FloeParameters {
  /** Lengths of a whole encrypted segment that are accepted. */
  readonly segmentBytes: readonly number[];
  readonly rotationBits: number;
}

/** One segment in three parts, so that the ciphertext need not be copied. */
export interface SealedSegment {
  readonly lead: Buffer;
  readonly body: readonly Buffer[];
  readonly tag: Buffer;
}

/** Draws a message key for a new object and writes its header. */
export function startEncryption(
  key: KeyObject,
  aad: Uint8Array,
  segmentBytes: number,
  rotationBits: number,
): { header: Buffer; segments: SegmentCipher } {
  const prefix = Buffer.alloc(parameterBytes + floeIvBytes);
  prefix.writeUInt32BE(segmentBytes, 2);
  prefix.writeUInt32BE(floeIvBytes, 6);
  randomBytes(floeIvBytes).copy(prefix, parameterBytes);
  const tag = derive(key, prefix, 'HEADER_TAG:', aad, headerTagBytes);
  return {
    header: Buffer.concat([prefix, tag]),
    segments: new SegmentCipher(key, prefix, aad, segmentBytes, rotationBits),
  };
}

/** Checks a header (exactly `headerBytes`) against key and AAD (this is the key commitment) and derives the message key. */
export function startDecryption(
  key: KeyObject,
  aad: Uint8Array,
  header: Buffer,
  accepted: FloeParameters,
): SegmentCipher {
  const prefix = header.subarray(0, parameterBytes + floeIvBytes);
  const segmentBytes = header.readUInt32BE(2);
  const known = header.readUInt16BE(0) === 0 && header.readUInt32BE(6) === floeIvBytes;
  if (!known || !accepted.segmentBytes.includes(segmentBytes)) {
    throw ciphertextInvalid('The header of the object is not one that this version writes.');
  }
  const expected = derive(key, prefix, 'HEADER_TAG:', aad, headerTagBytes);
  if (!timingSafeEqual(expected, header.subarray(prefix.length))) {
    throw ciphertextInvalid(
      'The object does not belong to this key and this name, or its header was altered.',
    );
  }
  return new SegmentCipher(key, prefix, aad, segmentBytes, accepted.rotationBits);
}

/** Seals and opens single segments of one object. */
export class SegmentCipher {
  readonly segmentBytes: number;
  readonly #messageKey: KeyObject;
  readonly #prefix: Buffer;
  readonly #aad: Uint8Array;
  readonly #keySpan: number;
  readonly #ivs = Buffer.alloc(ivBytes * ivsAtOnce);
  #ivsUsed = ivsAtOnce;
  #epoch = -1;
  #segmentKey: KeyObject | undefined;

  constructor(root: KeyObject, prefix: Buffer, aad: Uint8Array, segmentBytes: number, rotationBits: number) {
    this.segmentBytes = segmentBytes;
    this.#prefix = prefix;
    this.#aad = aad;
    this.#keySpan = 2 ** rotationBits;
    this.#messageKey = createSecretKey(derive(root, prefix, 'MESSAGE_KEY:', aad, messageKeyBytes));
  }

  /** Plaintext bytes of every segment but the last. */
  get plainBytes(): number {
    return this.segmentBytes - segmentOverheadBytes;
  }

  seal(position: number, last: boolean, plain: readonly Uint8Array[], plainBytes: number): SealedSegment {
    const lead = Buffer.allocUnsafe(leadBytes);
    lead.writeUInt32BE(last ? plainBytes + segmentOverheadBytes : notLast);
    this.#nextIv().copy(lead, lengthBytes);
    const cipher = createCipheriv(algorithm, this.#keyFor(position), lead.subarray(lengthBytes));
    cipher.setAAD(segmentAad(position, last));
    const body = plain.map((piece) => cipher.update(piece));
    cipher.final();
    return { lead, body, tag: cipher.getAuthTag() };
  }

  /** The plaintext, handed out only after its tag was verified; `bytes` is the length of the whole segment. */
  open(
    position: number,
    last: boolean,
    bytes: number,
    sealed: { lead: Buffer; body: readonly Uint8Array[]; tag: Buffer },
  ): Buffer[] {
    if (sealed.lead.readUInt32BE(0) !== (last ? bytes : notLast)) {
      throw ciphertextInvalid(`The object was cut, extended or reordered: seen at its segment ${position}.`);
    }
    const iv = sealed.lead.subarray(lengthBytes);
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv(algorithm, this.#keyFor(position), iv, options);
    decipher.setAAD(segmentAad(position, last));
    decipher.setAuthTag(sealed.tag);
    const plain = sealed.body.map((piece) => decipher.update(piece));
    try {
      decipher.final();
    } catch (cause) {
      for (const piece of plain) piece.fill(0);
      throw ciphertextInvalid(
        `The object was altered: its segment ${position} does not authenticate.`,
        cause,
      );
    }
    return plain;
  }

  #keyFor(position: number): KeyObject {
    if (position >= maxSegments) {
      throw new AssayError('request.too_large', `An object can have at most ${maxSegments} segments.`);
    }
    const epoch = position - (position % this.#keySpan);
    if (this.#segmentKey === undefined || this.#epoch !== epoch) {
      const purpose = Buffer.concat([Buffer.from('DEK:'), Buffer.alloc(8)]);
      purpose.writeBigUInt64BE(BigInt(epoch), 4);
      const raw = derive(this.#messageKey, this.#prefix, purpose, this.#aad, keyBytes);
      this.#segmentKey = secretKey(raw);
      this.#epoch = epoch;
      raw.fill(0);
    }
    return this.#segmentKey;
  }

  /** Random IVs are drawn a batch at a time: one call each would cost as much as 4 KiB of AES. */
  #nextIv(): Buffer {
    if (this.#ivsUsed === ivsAtOnce) {
      randomFillSync(this.#ivs);
      this.#ivsUsed = 0;
    }
    const at = this.#ivsUsed * ivBytes;
    this.#ivsUsed += 1;
    return this.#ivs.subarray(at, at + ivBytes);
  }
}

function segmentAad(position: number, last: boolean): Buffer {
  const aad = Buffer.allocUnsafe(9);
  aad.writeBigUInt64BE(BigInt(position));
  aad[8] = last ? 1 : 0;
  return aad;
}

import { decryptRange, type ReadRange } from './floe-range.ts';
import {
  type FloeParameters,
  headerBytes,
  segmentOverheadBytes,
  standardRotationBits,
} from './floe-segment.ts';
import { decryptSegments, encryptSegments } from './floe-stream.ts';
import { secretKey } from './gcm.ts';

/** Length of a whole encrypted segment: 64 KiB by default, 1 MiB for bodies that are never read in ranges. */
export type FloeSegmentBytes = 65_536 | 1_048_576;

export interface FloeOptions {
  readonly segmentBytes?: FloeSegmentBytes;
}

const defaultSegmentBytes: FloeSegmentBytes = 65_536;
const accepted: FloeParameters = { segmentBytes: [65_536, 1_048_576], rotationBits: standardRotationBits };

/**
 * Encrypts a stream with FLOE in constant memory. The chunks yielded are parts of the ciphertext in order and of any
 * size; a store should gather them before it writes.
 *
 * @param source Plaintext. A chunk must not be changed by its maker after it was yielded.
 * @param key 32 random bytes, used for this one object only; copied at the call, so the caller may wipe them at once.
 * @param aad What the object is (`objectAad`); it is authenticated and not stored.
 */
export function encryptFloe(
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  aad: Uint8Array,
  options: FloeOptions = {},
): AsyncGenerator<Buffer> {
  return encryptSegments(
    source,
    secretKey(key),
    aad,
    options.segmentBytes ?? defaultSegmentBytes,
    standardRotationBits,
  );
}

/**
 * Decrypts a FLOE stream in constant memory. Every byte yielded is authenticated; that the object is whole is known
 * only when the stream ends without an error, so nobody may act on a part of it before.
 *
 * @throws AssayError `encryption.ciphertext_invalid` for another key or AAD, a flipped bit, a cut, an extension or
 * another order. Errors of the source pass through as they are. The key is copied at the call.
 */
export function decryptFloe(
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  aad: Uint8Array,
): AsyncGenerator<Buffer> {
  return decryptSegments(source, secretKey(key), aad, accepted);
}

/**
 * Decrypts the plaintext bytes `[start, end)`, reading only the header and the segments that hold them. A read up to
 * the end also checks the last segment, which proves that nothing was cut off; any other read proves only its own bytes.
 *
 * @param totalBytes Length of the whole ciphertext, best from the object's record.
 * @throws AssayError `encryption.ciphertext_invalid`, also where `read` gives less than was asked for;
 * `request.invalid` for a range that is not inside the plaintext.
 */
export async function decryptFloeRange(
  read: ReadRange,
  totalBytes: number,
  key: Uint8Array,
  aad: Uint8Array,
  start: number,
  end: number,
): Promise<Buffer> {
  return decryptRange(read, totalBytes, secretKey(key), aad, { start, end }, accepted);
}

/** Length of the ciphertext of so many plaintext bytes. */
export function floeCiphertextBytes(plainBytes: number, segmentBytes: number = defaultSegmentBytes): number {
  const segments = Math.max(1, Math.ceil(plainBytes / (segmentBytes - segmentOverheadBytes)));
  return headerBytes + plainBytes + segments * segmentOverheadBytes;
}

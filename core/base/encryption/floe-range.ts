import type { KeyObject } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { type FloeParameters, headerBytes, segmentOverheadBytes, startDecryption } from './floe-segment.ts';
import { openNext } from './floe-stream.ts';
import { ciphertextInvalid } from './gcm.ts';
import { PieceQueue } from './pieces.ts';

const rangeReadBytes = 4_194_304;

/** Reads the bytes `[start, end)` of a stored ciphertext. */
export type ReadRange = (start: number, end: number) => Promise<Buffer>;

/** `decryptFloeRange` with any segment length. */
export async function decryptRange(
  read: ReadRange,
  totalBytes: number,
  key: KeyObject,
  aad: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  parameters: FloeParameters,
): Promise<Buffer> {
  const readExactly = async (from: number, to: number): Promise<Buffer> => {
    const bytes = await read(from, to);
    if (bytes.length === to - from) return bytes;
    throw ciphertextInvalid(`The object was cut: bytes ${from} to ${to} were wanted, ${bytes.length} came.`);
  };
  const tooShort = !Number.isSafeInteger(totalBytes) || totalBytes < headerBytes + segmentOverheadBytes;
  if (tooShort) throw ciphertextInvalid(`An object of ${totalBytes} bytes cannot be whole.`);
  const segments = startDecryption(key, aad, await readExactly(0, headerBytes), parameters);
  const { segmentBytes, plainBytes } = segments;
  const count = Math.ceil((totalBytes - headerBytes) / segmentBytes);
  const plainTotal = totalBytes - headerBytes - count * segmentOverheadBytes;
  if (plainTotal < (count - 1) * plainBytes)
    throw ciphertextInvalid('The object was cut in its last segment.');
  assertRange(start, end, plainTotal);

  const first = Math.min(Math.floor(start / plainBytes), count - 1);
  const behind = end === plainTotal ? count : Math.ceil(end / plainBytes);
  const atOnce = Math.max(1, Math.floor(rangeReadBytes / segmentBytes));
  const plain = Buffer.allocUnsafe(end - start);
  for (let from = first; from < behind; from += atOnce) {
    const to = Math.min(from + atOnce, behind);
    const endOfRead = Math.min(headerBytes + to * segmentBytes, totalBytes);
    const queue = new PieceQueue();
    queue.push(await readExactly(headerBytes + from * segmentBytes, endOfRead));
    for (let position = from; position < to; position += 1) {
      const bytes = Math.min(segmentBytes, queue.bytes);
      const pieces = openNext(segments, queue, position, position === count - 1, bytes);
      copyInto(plain, pieces, position * plainBytes - start);
    }
  }
  return plain;
}

/** Copies the part of the pieces that falls inside the target; `offset` is where they begin, and may be negative. */
function copyInto(target: Buffer, pieces: readonly Buffer[], offset: number): void {
  let at = offset;
  for (const piece of pieces) {
    const skip = Math.max(0, -at);
    if (skip < piece.length && at < target.length) piece.copy(target, at + skip, skip);
    at += piece.length;
  }
}

function assertRange(start: number, end: number, plainBytes: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (whole && start >= 0 && start <= end && end <= plainBytes) return;
  throw new AssayError('request.invalid', `Bytes ${start} to ${end} are not inside 0 to ${plainBytes}.`);
}

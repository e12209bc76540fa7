import type { KeyObject } from 'node:crypto';
import {
  type FloeParameters,
  headerBytes,
  leadBytes,
  type SegmentCipher,
  segmentOverheadBytes,
  startDecryption,
  startEncryption,
} from './floe-segment.ts';
import { ciphertextInvalid, tagBytes } from './gcm.ts';
import { PieceQueue } from './pieces.ts';

/** `encryptFloe` with any segment length. */
export async function* encryptSegments(
  source: AsyncIterable<Uint8Array>,
  key: KeyObject,
  aad: Uint8Array,
  segmentBytes: number,
  rotationBits: number,
): AsyncGenerator<Buffer> {
  const { header, segments } = startEncryption(key, aad, segmentBytes, rotationBits);
  const queue = new PieceQueue();
  const { plainBytes } = segments;
  let position = 0;
  // Header and tags are small: each travels with the lead of the segment after it.
  let before: Buffer = header;
  for await (const chunk of source) {
    queue.push(chunk);
    // More than a segment, not just one: the tag says whether a segment is the last, so a byte after it must be seen.
    while (queue.bytes > plainBytes) {
      const sealed = segments.seal(position, false, queue.take(plainBytes), plainBytes);
      yield Buffer.concat([before, sealed.lead]);
      for (const piece of sealed.body) yield piece;
      before = sealed.tag;
      position += 1;
    }
  }
  const rest = queue.bytes;
  const sealed = segments.seal(position, true, queue.take(rest), rest);
  yield Buffer.concat([before, sealed.lead]);
  for (const piece of sealed.body) yield piece;
  yield sealed.tag;
}

/** `decryptFloe` with any segment length. */
export async function* decryptSegments(
  source: AsyncIterable<Uint8Array>,
  key: KeyObject,
  aad: Uint8Array,
  parameters: FloeParameters,
): AsyncGenerator<Buffer> {
  const queue = new PieceQueue();
  let segments: SegmentCipher | undefined;
  let position = 0;
  for await (const chunk of source) {
    queue.push(chunk);
    if (segments === undefined) {
      if (queue.bytes < headerBytes) continue;
      segments = startDecryption(key, aad, queue.takeBuffer(headerBytes), parameters);
    }
    // While a byte follows, this segment is not the last; its marker and its tag must say so too.
    while (queue.bytes > segments.segmentBytes) {
      for (const piece of openNext(segments, queue, position, false, segments.segmentBytes)) yield piece;
      position += 1;
    }
  }
  if (segments === undefined || queue.bytes < segmentOverheadBytes) {
    throw ciphertextInvalid(`The object was cut: it ends inside its header or its segment ${position}.`);
  }
  for (const piece of openNext(segments, queue, position, true, queue.bytes)) yield piece;
}

/** Takes one segment of so many bytes from the queue and opens it. */
export function openNext(
  segments: SegmentCipher,
  queue: PieceQueue,
  position: number,
  last: boolean,
  bytes: number,
): Buffer[] {
  const lead = queue.takeBuffer(leadBytes);
  const body = queue.take(bytes - segmentOverheadBytes);
  const tag = queue.takeBuffer(tagBytes);
  return segments.open(position, last, bytes, { lead, body, tag });
}

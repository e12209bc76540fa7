import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { AssayError } from '@assay/sdk';

const headerBytes = 8;
const [standardOutput, standardError] = [1, 2];

/**
 * The engine sends a container's two outputs as one stream of pieces, each behind eight bytes: its kind, three zeros
 * and its length. Gives those of standard output as they are read, and no faster; what was printed goes to `printed`, as fast as that is read.
 */
export async function* demultiplex(
  stream: AsyncIterable<Uint8Array>,
  printed: Writable,
): AsyncGenerator<Uint8Array, void> {
  let header = Buffer.alloc(0);
  let kind = 0;
  let left = 0;
  for await (const piece of stream) {
    let chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    while (chunk.length > 0) {
      if (left === 0) {
        const missing = headerBytes - header.length;
        header = Buffer.concat([header, chunk.subarray(0, missing)]);
        chunk = chunk.subarray(missing);
        if (header.length < headerBytes) continue;
        kind = header[0] ?? 0;
        left = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        if (kind !== standardOutput && kind !== standardError)
          throw new AssayError('run.protocol_violated', `the engine sent a piece of kind ${kind}`);
        continue;
      }
      const part = chunk.subarray(0, left);
      chunk = chunk.subarray(part.length);
      left -= part.length;
      if (kind === standardOutput) yield part;
      else if (!printed.write(part)) await once(printed, 'drain');
    }
  }
}

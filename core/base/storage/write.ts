import type { FileHandle } from 'node:fs/promises';
import type { Io } from './io.ts';

const gatherBytes = 1_048_576;
const gatherPieces = 512;

/** Writes a stream into an open file, gathering chunks so that small ones do not cost a system call each. */
export async function writeBody(
  handle: FileHandle,
  body: AsyncIterable<Uint8Array>,
  io: Io,
): Promise<number> {
  let total = 0;
  let pieces: Uint8Array[] = [];
  let waiting = 0;
  const flush = async (): Promise<void> => {
    if (waiting === 0) return;
    await io(() => writeAll(handle, pieces, waiting));
    total += waiting;
    pieces = [];
    waiting = 0;
  };
  for await (const chunk of body) {
    pieces.push(chunk);
    waiting += chunk.length;
    if (waiting >= gatherBytes || pieces.length >= gatherPieces) await flush();
  }
  await flush();
  return total;
}

async function writeAll(handle: FileHandle, pieces: Uint8Array[], bytes: number): Promise<void> {
  const first = await handle.writev(pieces);
  if (first.bytesWritten === bytes) return;
  // A disk that fills up takes a part first; writing the rest is what brings its error to light.
  let rest = Buffer.concat(pieces).subarray(first.bytesWritten);
  while (rest.length > 0) {
    const { bytesWritten } = await handle.write(rest);
    if (bytesWritten === 0) throw new Error('the file takes no more bytes');
    rest = rest.subarray(bytesWritten);
  }
}

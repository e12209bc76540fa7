import { createReadStream } from 'node:fs';
import { type Scan, Scanner } from './scanner.ts';

const chunkBytes = 1024 * 1024;

/** Bytes of a text file from `start` on, in order, as they are scanned. */
function open(file: string, start: number, end?: number) {
  return createReadStream(file, {
    highWaterMark: chunkBytes,
    start,
    ...(end === undefined ? {} : { end }),
  }) as AsyncIterable<Buffer>;
}

/**
 * Checks and counts delimited text in one pass.
 * @param start bytes to leave out at the beginning (a byte order mark)
 * @throws ToolStop with the row, and the column where there is one
 */
export async function scanDelimited(file: string, delimiter: string, start = 0): Promise<Scan> {
  const scanner = new Scanner(delimiter);
  for await (const chunk of open(file, start)) scanner.push(chunk);
  return scanner.end();
}

/** The row and column that the byte at `offset` belongs to. */
export async function locate(file: string, delimiter: string, offset: number, start = 0) {
  const scanner = new Scanner(delimiter);
  if (offset > start) for await (const chunk of open(file, start, offset - 1)) scanner.push(chunk);
  return scanner.position();
}

/** Rows of data alone, without empty lines, each ended by LF; for text that was scanned before. */
export async function* tidyRows(
  file: string,
  delimiter: string,
  start = 0,
): AsyncGenerator<Uint8Array, void> {
  let parts: Uint8Array[] = [];
  const scanner = new Scanner(delimiter, (part) => parts.push(part));
  const taken = () => {
    const bytes = Buffer.concat(parts);
    parts = [];
    return bytes;
  };
  for await (const chunk of open(file, start)) {
    scanner.push(chunk);
    yield taken();
  }
  scanner.end();
  yield taken();
}

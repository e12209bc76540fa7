import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Encoding } from './detect.ts';
import { refuse } from './stops.ts';

/** Bytes that windows-1252 leaves out, and control characters that no text has. */
function isUnused(b: number): boolean {
  if (b < 0x20) return !(b === 0 || (b >= 0x09 && b <= 0x0d && b !== 0x0b) || b === 0x1a);
  return b === 0x7f || b === 0x81 || b === 0x8d || b === 0x8f || b === 0x90 || b === 0x9d;
}

async function* decode(
  source: AsyncIterable<Buffer>,
  encoding: Encoding,
  mark: number,
): AsyncGenerator<Buffer, void> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  let offset = mark;
  let lines = 0;
  const text = (chunk: Buffer | undefined) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw refuse(
        'BAD_ENCODING',
        `The file begins as ${encoding.toUpperCase()} text, but has bytes that are not, after line ${lines + 1}.`,
        {},
        'Save it as UTF-8.',
      );
    }
  };
  for await (const chunk of source) {
    if (encoding === 'windows-1252') {
      const bad = chunk.findIndex(isUnused);
      if (bad >= 0) {
        const row = lines + chunk.subarray(0, bad).toString('latin1').split('\n').length;
        throw refuse(
          'BAD_ENCODING',
          `The file is neither UTF-8 nor windows-1252 text: line ${row} has a byte that text does not have (byte ${offset + bad}).`,
          { row },
          'Is this really a text file? Save it as CSV in UTF-8.',
        );
      }
    }
    const decoded = text(chunk);
    for (let i = decoded.indexOf('\n'); i >= 0; i = decoded.indexOf('\n', i + 1)) lines += 1;
    offset += chunk.length;
    yield Buffer.from(decoded);
  }
  yield Buffer.from(text(undefined));
}

/** Writes text again as UTF-8 without a byte order mark; looks for NUL on the way. @throws ToolStop `BAD_ENCODING` */
export async function convertToUtf8(
  from: string,
  to: string,
  encoding: Encoding,
  mark: number,
): Promise<void> {
  const source = createReadStream(from, { start: mark, highWaterMark: 1024 * 1024 });
  await pipeline(decode(source, encoding, mark), createWriteStream(to, { flags: 'wx', mode: 0o600 }));
}

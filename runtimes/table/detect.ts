import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { refuse } from './stops.ts';

/** What was seen of an upload while it streamed to the disk. */
export interface Upload {
  readonly file: string;
  readonly bytes: number;
  /** The first 64 KiB. */
  readonly head: Buffer;
  /** Offset of the first NUL byte, or -1. */
  readonly nul: number;
  readonly utf8: boolean;
}

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
export type Format = 'parquet' | 'arrow' | 'json' | 'csv';

const headBytes = 64 * 1024;

/** Checks UTF-8 over pieces that may cut a character. */
class Utf8Check {
  #rest = Buffer.alloc(0);
  valid = true;
  push(chunk: Uint8Array): void {
    if (!this.valid) return;
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    // An unfinished character at the end is at most three bytes: a lead byte and what follows it.
    let cut = bytes.length;
    for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
      const b = bytes[bytes.length - back] as number;
      if (b < 0x80) break;
      if (b >= 0xc0) {
        const needed = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        if (needed > back) cut = bytes.length - back;
        break;
      }
    }
    this.valid = isUtf8(bytes.subarray(0, cut));
    this.#rest = Buffer.from(bytes.subarray(cut));
  }
  end(): boolean {
    return this.valid && this.#rest.length === 0;
  }
}

/** Streams an upload to a file, and looks at what passes. */
export async function receiveUpload(body: AsyncIterable<Uint8Array>, file: string): Promise<Upload> {
  const check = new Utf8Check();
  const heads: Uint8Array[] = [];
  let headed = 0;
  let bytes = 0;
  let nul = -1;
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const chunk of body) {
      check.push(chunk);
      if (nul < 0) {
        const found = chunk.indexOf(0);
        if (found >= 0) nul = bytes + found;
      }
      if (headed < headBytes) {
        const part = Buffer.from(chunk.subarray(0, headBytes - headed));
        heads.push(part);
        headed += part.length;
      }
      bytes += chunk.length;
      await handle.writeFile(chunk);
    }
  } finally {
    await handle.close();
  }
  return { file, bytes, head: Buffer.concat(heads), nul, utf8: check.end() };
}

const otherFormats: readonly (readonly [magic: string, what: string])[] = [
  ['504b0304', 'a ZIP archive or an Excel or OpenDocument workbook'],
  ['d0cf11e0a1b11ae1', 'an old Excel or Word file'],
  ['1f8b', 'compressed with gzip'],
  ['28b52ffd', 'compressed with Zstandard'],
  ['425a68', 'compressed with bzip2'],
  ['fd377a585a00', 'compressed with xz'],
  ['377abcaf271c', 'a 7-Zip archive'],
  ['25504446', 'a PDF'],
  ['89504e47', 'an image'],
  ['ffd8ff', 'an image'],
  ['4152524f5731', 'an Arrow or Feather file'],
  ['53514c69746520666f726d617420', 'an SQLite database'],
  ['24464c32', 'an SPSS file'],
  ['894844460d0a1a0a', 'an HDF5 file'],
];

/** Parquet and Arrow by their magic bytes, JSON by media type or first byte, else delimited text. */
export async function detectFormat(upload: Upload, mediaType: string): Promise<Format> {
  const { head, bytes } = upload;
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') {
    const tail: Buffer[] = [];
    for await (const part of createReadStream(upload.file, { start: Math.max(0, bytes - 4) }))
      tail.push(part);
    if (bytes < 12 || Buffer.concat(tail).toString('latin1') !== 'PAR1')
      throw refuse(
        'BAD_PARQUET',
        'The file begins like Parquet but does not end like it.',
        {},
        'It was probably cut off; export or upload it again.',
      );
    return 'parquet';
  }
  if (mediaType === 'application/vnd.apache.parquet')
    throw refuse(
      'BAD_PARQUET',
      'The file was sent as Parquet, but it does not begin like Parquet.',
      {},
      'Send it with its real media type.',
    );
  // A message of an IPC stream begins with a mark that no text begins with.
  if (head.subarray(0, 4).toString('hex') === 'ffffffff') return 'arrow';
  if (mediaType === 'application/vnd.apache.arrow.stream')
    throw refuse(
      'BAD_ARROW',
      'The file was sent as an Arrow stream, but it does not begin like one.',
      {},
      'Write it as an IPC stream (not as a file, which begins with ARROW1), or send it with its real media type.',
    );
  const magic = head.subarray(0, 16).toString('hex');
  const other = otherFormats.find(([start]) => magic.startsWith(start));
  if (other)
    throw refuse(
      'UNSUPPORTED_FORMAT',
      `The file is ${other[1]}, which cannot be read.`,
      {},
      'Save the table as CSV, Parquet or JSON, one table a file, not compressed.',
    );
  if (/json/.test(mediaType)) return 'json';
  if (mediaType === 'text/csv' || mediaType === 'text/tab-separated-values') return 'csv';
  return /^(\uFEFF)?\s*[[{]/.test(head.subarray(0, 4096).toString('utf8')) ? 'json' : 'csv';
}

/** Encoding by byte order mark; else UTF-8 where all bytes fit, else windows-1252; with the mark's length. */
export function detectEncoding(upload: Upload): { encoding: Encoding; mark: number } {
  const { head, utf8 } = upload;
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', mark: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', mark: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', mark: 2 };
  return { encoding: utf8 ? 'utf-8' : 'windows-1252', mark: 0 };
}

const delimiters = [',', ';', '\t', '|'] as const;

/** How often a delimiter stands outside quotes in each of the first lines that are not empty, up to twenty. */
function countPerLine(text: string, delimiter: string): number[] {
  const counts: number[] = [];
  let count = 0;
  let length = 0;
  let quoted = false;
  for (const c of text) {
    if (!quoted && (c === '\n' || c === '\r')) {
      if (length > 0) counts.push(count);
      count = length = 0;
      if (counts.length === 20) return counts;
      continue;
    }
    length += 1;
    if (c === '"') quoted = !quoted;
    else if (!quoted && c === delimiter) count += 1;
  }
  return counts.length === 0 ? [count] : counts;
}

/** The delimiter of the header line: the one that the next lines have as often, else the most frequent. */
export function sniffDelimiter(head: Buffer, mediaType: string): string {
  const text = head.toString('utf8').replace(/^\uFEFF?\s*(?=\S)/, '');
  if (mediaType === 'text/tab-separated-values') return '\t';
  const ranked = delimiters
    .map((delimiter) => {
      const counts = countPerLine(text, delimiter);
      const first = counts[0] ?? 0;
      return { delimiter, first, steady: first > 0 && counts.every((n) => n === first) };
    })
    .sort((a, b) => Number(b.steady) - Number(a.steady) || b.first - a.first);
  return ranked[0] && ranked[0].first > 0 ? ranked[0].delimiter : ',';
}

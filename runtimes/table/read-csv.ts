import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Profile } from '@assay/sdk';
import { detectEncoding, sniffDelimiter, type Upload } from './detect.ts';
import { convertToUtf8 } from './encoding.ts';
import { literal } from './engine.ts';
import { missingSpellings } from './limits.ts';
import { checkNames } from './names.ts';
import { locate, scanDelimited, tidyRows } from './scan.ts';
import type { Scan } from './scanner.ts';
import type { Source } from './source.ts';
import { refuse } from './stops.ts';

const candidates = ['boolean', 'integer', 'number', 'date', 'timestamp'] as const;

/** How a file was read, beside its table. */
export interface Reading {
  readonly source: Source;
  readonly encoding: string;
  readonly delimiter?: string;
  readonly format: Profile['format'];
  /** Number of the first row of data as the messages count rows. */
  readonly firstRow: number;
}

/** UTF-8 text on the disk; the bytes before `start` are a byte order mark. */
export interface Text {
  readonly file: string;
  readonly start: number;
  readonly head: Buffer;
  readonly nul: number;
  readonly encoding: string;
}

const encodingNames = {
  'utf-8': 'utf-8',
  'utf-16le': 'utf-16',
  'utf-16be': 'utf-16',
  'windows-1252': 'windows-1252',
} as const;

async function findNul(file: string): Promise<number> {
  let offset = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const found = chunk.indexOf(0);
    if (found >= 0) return offset + found;
    offset += chunk.length;
  }
  return -1;
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65536), 0, 65536, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The upload as UTF-8: itself where it is that, else converted, which is noted. */
export async function asUtf8(upload: Upload, scratch: string, notes: string[]): Promise<Text> {
  const { encoding, mark } = detectEncoding(upload);
  if (encoding === 'utf-8') {
    if (!upload.utf8)
      throw refuse(
        'BAD_ENCODING',
        'The file begins with the mark of UTF-8, but is not UTF-8 throughout.',
        {},
        'Save it again as UTF-8.',
      );
    if (mark > 0) notes.push('The file begins with a byte order mark, which was left out.');
    return { file: upload.file, start: mark, head: upload.head.subarray(mark), nul: upload.nul, encoding };
  }
  const file = path.join(scratch, 'converted');
  await convertToUtf8(upload.file, file, encoding, mark);
  notes.push(
    encoding === 'windows-1252'
      ? 'The file is not UTF-8; it was read as windows-1252 (latin-1). Check letters with accents.'
      : 'The file is UTF-16; it was read as such.',
  );
  const name = encodingNames[encoding];
  return { file, start: 0, head: await readHead(file), nul: await findNul(file), encoding: name };
}

async function checkNul({ file, start, nul }: Text, delimiter: string): Promise<void> {
  if (nul < 0) return;
  const where = await locate(file, delimiter, nul, start);
  throw refuse(
    'NUL_BYTE',
    `The file has a NUL byte in row ${where.row}; it is not a text file, or it is damaged.`,
    where,
    'Save the table as CSV in UTF-8. UTF-16 needs a byte order mark to be known.',
  );
}

function checkRows({ header, rows }: Scan): void {
  if (header.length === 0)
    throw refuse('EMPTY_FILE', 'The file has no rows.', {}, 'Send a file with a header and rows of data.');
  if (rows === 0)
    throw refuse(
      'HEADER_ONLY',
      `The file has a header of ${header.length} ${header.length === 1 ? 'column' : 'columns'}, but no rows of data.`,
      { row: 1 },
      'The first row is always taken as the names of the columns.',
    );
}

/** DuckDB's reader with nothing left to guess; names never come near it. */
function readerOf(file: string, delimiter: string, scan: Scan, tidy: boolean): string {
  const columns = scan.header.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ');
  const most = Math.max(2 * 1024 * 1024, scan.longest + 1024);
  // What one buffer holds becomes a row group at most, and many small ones make a wide file slow to read again.
  const buffer = (scan.header.length > 500 ? 32 : 8) * 1024 * 1024;
  return `read_csv(${[
    literal(file),
    'auto_detect = false',
    `delim = ${literal(delimiter)}`,
    "quote = '\"'",
    "escape = '\"'",
    "comment = ''",
    'header = false',
    `skip = ${tidy ? 0 : 1}`,
    // DuckDB 1.5 finds no rows at all where it is told of CRLF in strict mode; left to itself it reads them.
    ...(tidy || scan.newline === '\n' ? ["new_line = '\\n'"] : []),
    `columns = {${columns}}`,
    `nullstr = [${missingSpellings.map(literal).join(', ')}]`,
    'allow_quoted_nulls = true',
    'null_padding = false',
    'ignore_errors = false',
    'strict_mode = true',
    `parallel = ${!scan.quotedNewline}`,
    `max_line_size = ${most}`,
    `buffer_size = ${Math.max(buffer, 4 * most)}`,
  ].join(', ')})`;
}

/** Checks delimited text row by row, and makes it readable for DuckDB. */
export async function readDelimited(
  upload: Upload,
  mediaType: string,
  scratch: string,
  notes: string[],
): Promise<Reading> {
  const text = await asUtf8(upload, scratch, notes);
  const delimiter = sniffDelimiter(text.head, mediaType);
  await checkNul(text, delimiter);
  const scan = await scanDelimited(text.file, delimiter, text.start);
  checkRows(scan);
  const { names, trimmed } = checkNames(scan.header);
  if (trimmed > 0) notes.push(`Blanks around column names were removed (${trimmed} of them).`);
  if (scan.blankInside > 0)
    notes.push(
      scan.blankInside === 1 ? '1 empty line was skipped.' : `${scan.blankInside} empty lines were skipped.`,
    );
  const untidy = scan.newline === 'mixed' || scan.headerHasNewline || scan.blankLines > 0 || text.start > 0;
  const file = untidy ? path.join(scratch, 'tidy') : text.file;
  if (untidy)
    await pipeline(
      Readable.from(tidyRows(text.file, delimiter, text.start)),
      createWriteStream(file, { flags: 'wx', mode: 0o600 }),
    );
  const columns = names.map((name, i) => {
    const spellings = missingSpellings.map(literal).join(', ');
    // Blanks around a value count only where it stays a text.
    const unless = (result: string) => `(CASE WHEN trim(c${i}) NOT IN (${spellings}) THEN ${result} END)`;
    const [value, asText] = scan.padded[i] ? [unless(`trim(c${i})`), unless(`c${i}`)] : [`c${i}`, `c${i}`];
    return { name, value, text: asText, candidates };
  });
  return {
    source: { from: readerOf(file, delimiter, scan, untidy), rows: scan.rows, columns },
    encoding: text.encoding,
    delimiter,
    format: 'csv',
    firstRow: 2,
  };
}

import { limits } from './limits.ts';
import { checkColumnCount } from './names.ts';
import { refuse } from './stops.ts';

/** What one pass over delimited text found. */
export interface Scan {
  readonly header: readonly string[];
  /** Rows of data, the header not counted. */
  readonly rows: number;
  /** The one line ending of the file; `mixed` where there are several, or carriage returns alone. */
  readonly newline: '\n' | '\r\n' | 'mixed';
  readonly headerHasNewline: boolean;
  readonly quotedNewline: boolean;
  /** Empty lines, and how many of them stand between rows. */
  readonly blankLines: number;
  readonly blankInside: number;
  /** By column: some value begins or ends with a blank. */
  readonly padded: readonly boolean[];
  /** Bytes of the longest row. */
  readonly longest: number;
}

const [lf, cr, quote, blank] = [0x0a, 0x0d, 0x22, 0x20];
const empty = Buffer.alloc(0);
const newlineByte = Buffer.from('\n');

/** Where the machine is. `closed`: a quote was seen inside quotes, which ends the value or is half of a double one. */
const at = { rowStart: 0, fieldStart: 1, plain: 2, quoted: 3, closed: 4 } as const;

/**
 * A byte-level machine over delimited text (RFC 4180) in any encoding that keeps ASCII, which holds nothing but
 * counters and the header. Rows are ended by LF, CRLF or CR; empty lines are not rows.
 */
export class Scanner {
  readonly #delimiter: number;
  readonly #rewrite: ((part: Uint8Array) => void) | undefined;
  #state: number = at.rowStart;
  #afterCr = false;
  #row = 1;
  #records = 0;
  #field = 0;
  #width = 0;
  #cell = 0;
  #rowBytes = 0;
  #longest = 0;
  #last = 0;
  #openedAt = 0;
  #kinds = { lf: 0, crlf: 0, cr: 0 };
  #blankLines = 0;
  #blankInside = 0;
  #pendingBlank = 0;
  #quotedNewline = false;
  #headerHasNewline = false;
  #parts: Uint8Array[] = [];
  readonly #header: string[] = [];
  readonly #padded: boolean[] = [];

  /** @param rewrite is handed every row of data again, ended by LF, in pieces */
  constructor(delimiter: string, rewrite?: (part: Uint8Array) => void) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#rewrite = rewrite;
  }

  /** Row and column that the next byte belongs to. */
  position(): { row: number; column: string | number } {
    return { row: this.#row, column: this.#columnAt(this.#field) };
  }

  push(chunk: Buffer): void {
    const n = chunk.length;
    let start = 0;
    let rowStart = 0;
    let i = 0;
    while (i < n) {
      if (this.#afterCr) {
        this.#afterCr = false;
        if (chunk[i] === lf) {
          this.#kinds.crlf += 1;
          i += 1;
          start = rowStart = i;
          continue;
        }
        this.#kinds.cr += 1;
      }
      if (this.#state === at.quoted) i = this.#skipQuoted(chunk, i);
      else if (this.#state === at.plain) i = this.#skipPlain(chunk, i);
      if (i === n) break;
      const c = chunk[i] as number;
      i += 1;
      if (this.#state === at.quoted) {
        this.#state = at.closed;
      } else if (c === this.#delimiter || c === lf || c === cr) {
        this.#separate(c, chunk, start, rowStart, i - 1);
        start = i;
        if (c !== this.#delimiter) rowStart = i;
      } else {
        this.#open(c);
      }
    }
    this.#pause(chunk, start, rowStart);
  }

  /** To the next quote, or the end of the chunk. */
  #skipQuoted(chunk: Buffer, from: number): number {
    const n = chunk.length;
    let i = from;
    for (; i < n; i += 1) {
      const c = chunk[i];
      if (c === quote) break;
      if (c === lf || c === cr) this.#noteNewline();
    }
    return i;
  }

  /** To the next delimiter or line end, or the end of the chunk. */
  #skipPlain(chunk: Buffer, from: number): number {
    const delimiter = this.#delimiter;
    const n = chunk.length;
    let i = from;
    for (; i < n; i += 1) {
      const c = chunk[i];
      if (c === delimiter || c === lf || c === cr) break;
    }
    return i;
  }

  /** A delimiter or a line end outside quotes. */
  #separate(c: number, chunk: Buffer, start: number, rowStart: number, end: number): void {
    if (this.#state === at.rowStart && c !== this.#delimiter) {
      this.#blankLines += 1;
      this.#pendingBlank += 1;
      this.#row += 1;
    } else {
      if (end > start) this.#last = chunk[end - 1] as number;
      this.#endField(chunk, start, end);
      if (c !== this.#delimiter) this.#endRow(chunk, rowStart, end);
    }
    this.#state = c === this.#delimiter ? at.fieldStart : at.rowStart;
    if (c === lf) this.#kinds.lf += 1;
    if (c === cr) this.#afterCr = true;
  }

  /** The first byte of a value, or the one after a quote. */
  #open(c: number): void {
    if (this.#state === at.closed) {
      if (c !== quote)
        throw refuse(
          'UNBALANCED_QUOTE',
          `In row ${this.#row}, column ${this.#field + 1}, a quoted value goes on after its closing quote.`,
          this.position(),
          'Double every quote that belongs to a value: "a ""quoted"" word".',
        );
      this.#state = at.quoted;
    } else if (c === quote) {
      this.#state = at.quoted;
      this.#openedAt = this.#row;
    } else {
      this.#state = at.plain;
      if (c === blank) this.#padded[this.#field] = true;
    }
  }

  /** What is left of a value when a chunk ends: only counted, and kept for the header. */
  #pause(chunk: Buffer, start: number, rowStart: number): void {
    const n = chunk.length;
    if (n > start) this.#last = chunk[n - 1] as number;
    this.#grow(n - start);
    if (this.#records === 0) this.#parts.push(chunk.subarray(start));
    else if (this.#rewrite && n > rowStart) this.#rewrite(chunk.subarray(rowStart));
  }

  #grow(bytes: number): void {
    this.#cell += bytes;
    this.#rowBytes += bytes;
    if (this.#cell > limits.cell) this.#tooLong();
    if (this.#rowBytes > limits.row)
      throw refuse(
        'ROW_TOO_LONG',
        `Row ${this.#row} is longer than ${limits.row / 1024 / 1024} MB.`,
        { row: this.#row },
        'A file with one row a line is expected.',
      );
  }

  #tooLong(): never {
    const open = this.#state === at.quoted || this.#openedAt === this.#row;
    throw refuse(
      'CELL_TOO_LONG',
      `The value in row ${this.#row}, column ${this.#field + 1}, is longer than 1 MB.`,
      this.position(),
      open
        ? 'If no value is meant to be that long, a quote is missing at its end.'
        : 'Is this a file with one row a line?',
    );
  }

  #columnAt(field: number): string | number {
    return this.#header[field]?.trim() || field + 1;
  }

  #noteNewline(): void {
    this.#quotedNewline = true;
    if (this.#records === 0) this.#headerHasNewline = true;
  }

  #endField(chunk: Buffer, start: number, end: number): void {
    this.#grow(end - start);
    if (this.#state === at.plain && this.#last === blank) this.#padded[this.#field] = true;
    if (this.#records === 0) {
      this.#parts.push(chunk.subarray(start, end));
      if (this.#field < limits.columns) this.#header.push(this.#text());
      this.#parts = [];
    }
    this.#cell = 0;
    this.#field += 1;
  }

  #text(): string {
    const raw = Buffer.concat(this.#parts).toString('utf8');
    return this.#state === at.closed ? raw.slice(1, -1).replaceAll('""', '"') : raw;
  }

  #endRow(chunk: Buffer, rowStart: number, end: number): void {
    if (this.#records === 0) {
      this.#width = this.#field;
      checkColumnCount(this.#width);
    } else {
      if (this.#field !== this.#width) this.#ragged();
      if (this.#records > limits.rows)
        throw refuse(
          'TOO_MANY_ROWS',
          `The file has more than ${limits.rows} rows.`,
          { row: this.#row },
          'Split it, or take a sample.',
        );
      if (this.#rewrite) {
        this.#rewrite(chunk.subarray(rowStart, end));
        this.#rewrite(newlineByte);
      }
    }
    if (this.#rowBytes > this.#longest) this.#longest = this.#rowBytes;
    this.#blankInside += this.#pendingBlank;
    this.#pendingBlank = 0;
    this.#records += 1;
    this.#row += 1;
    this.#rowBytes = 0;
    this.#field = 0;
  }

  #ragged(): never {
    const fewer = this.#field < this.#width;
    throw refuse(
      'RAGGED_ROW',
      `Row ${this.#row} has ${this.#field} ${this.#field === 1 ? 'value' : 'values'}, the first row has ${this.#width}.`,
      { row: this.#row, found: this.#field, expected: this.#width },
      fewer
        ? 'Every row needs a value, or nothing between two delimiters, for each column.'
        : 'Put values that hold the delimiter in quotes.',
    );
  }

  end(): Scan {
    if (this.#afterCr) this.#kinds.cr += 1;
    if (this.#state === at.quoted)
      throw refuse(
        'UNBALANCED_QUOTE',
        `A quote that opens in row ${this.#openedAt}, column ${this.#field + 1}, is never closed.`,
        { row: this.#openedAt, column: this.#columnAt(this.#field) },
        'Close it, or double it if it belongs to the value.',
      );
    if (this.#state !== at.rowStart) {
      this.#endField(empty, 0, 0);
      this.#endRow(empty, 0, 0);
    }
    const { lf: lfs, crlf, cr: crs } = this.#kinds;
    const newline = crs > 0 || (crlf > 0 && lfs > 0) ? 'mixed' : crlf > 0 ? '\r\n' : '\n';
    return {
      header: this.#header,
      rows: Math.max(0, this.#records - 1),
      newline,
      headerHasNewline: this.#headerHasNewline,
      quotedNewline: this.#quotedNewline,
      blankLines: this.#blankLines,
      blankInside: this.#blankInside,
      padded: Array.from({ length: this.#width }, (_, i) => this.#padded[i] ?? false),
      longest: this.#longest,
    };
  }
}

import { AssayError } from '@assay/sdk';
import { fromBase64Exactly, fromDecimal } from './base64.ts';
import { hashBytes } from './tree.ts';

/** What a log states about itself at one size (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Unique name of the log; one line. */
  readonly origin: string;
  /** Leaves. */
  readonly size: number;
  /** Root hash of that many leaves, 32 bytes. */
  readonly root: Buffer;
  /** Further lines, which nobody can audit; better none. */
  readonly extensions?: readonly string[];
}

/**
 * The text of a checkpoint, to be signed as a note.
 * @throws AssayError audit.note_invalid for what `parseCheckpoint` would refuse
 */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  const text = `${[origin, String(size), root.toString('base64'), ...extensions].join('\n')}\n`;
  const { extensions: read = [] } = parseCheckpoint(text);
  if (read.length !== extensions.length) throw invalid('its origin and extensions are one line each');
  return text;
}

/**
 * Reads the text of a checkpoint. Call it with text that `openNote` verified.
 * @throws AssayError audit.note_invalid
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', decimal = '', encoded = '', ...rest] = text.split('\n');
  if (rest.pop() !== '') throw invalid('it is three lines or more, each with a newline');
  const size = fromDecimal(decimal);
  const root = fromBase64Exactly(encoded, hashBytes);
  if (size === undefined) throw invalid('its second line is not a number of leaves');
  if (root === undefined) throw invalid(`its third line is not ${hashBytes} bytes in base64`);
  if ([origin, ...rest].includes('')) throw invalid('it has an empty line');
  return { origin, size, root, ...(rest.length > 0 && { extensions: rest }) };
}

const invalid = (what: string): AssayError =>
  new AssayError('audit.note_invalid', `The checkpoint is not valid: ${what}.`);

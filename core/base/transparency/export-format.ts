/**
 * The export `assay-audit/1`, a JSON value a line: header, one line for each leaf in order, checkpoint. Byte layouts for
 * an auditor stand in docs/security/audit-log.md; `test/security/verify_audit.py` reads it without this code.
 */
import { fromBase64Exactly } from './base64.ts';
import { maxJsonBytes, parseStrictJson } from './strict-json.ts';
import { hashBytes } from './tree.ts';

const format = 'assay-audit/1';
const signatureBytes = 64;
const newline = 10;

/** First line. */
export interface ExportHeader {
  /** Name of the log, one line, as in its checkpoints. */
  readonly origin: string;
  /** Leaves in the export. */
  readonly size: number;
}

/** A line for a leaf. */
export interface ExportLeaf {
  readonly index: number;
  /** `leafHash` of the record's bytes. */
  readonly hash: Buffer;
  /** Ed25519 by the leaf key over `leafSignedBytes`, 64 bytes. */
  readonly signature: Buffer;
  /** Left out where the reader may not see it. */
  readonly record?: Readonly<Record<string, unknown>>;
  /** What whoever made the export found wrong with the record: that it is gone, or that its MAC does not fit. */
  readonly fault?: string;
}

/** What the leaf key signs, so that a leaf cannot move to another place or another log. */
export function leafSignedBytes(origin: string, index: number, hash: Buffer): Buffer {
  return Buffer.from(`assay/audit-leaf/v1\n${origin}\n${index}\n${hash.toString('base64')}\n`);
}

/** First line, without its newline. */
export function formatExportHeader({ origin, size }: ExportHeader): string {
  return JSON.stringify({ format, origin, size });
}

/** Line of a leaf, without its newline. */
export function formatExportLeaf({ index, hash, signature, record, fault }: ExportLeaf): string {
  return JSON.stringify({
    index,
    hash: hash.toString('base64'),
    signature: signature.toString('base64'),
    ...(record && { record }),
    ...(fault && { fault }),
  });
}

/** Last line, without its newline. */
export function formatExportCheckpoint(note: string): string {
  return JSON.stringify({ checkpoint: note });
}

/** @returns undefined for a line that is no header */
export function parseExportHeader(line: string): ExportHeader | undefined {
  const value = parseStrictJson(line);
  if (!hasExactly(value, ['format', 'origin', 'size']) || value.format !== format) return undefined;
  const { origin, size } = value;
  if (typeof origin !== 'string' || !/^[^\p{Cc}]+$/u.test(origin)) return undefined;
  return typeof size === 'number' && size >= 0 ? { origin, size } : undefined;
}

/** @returns undefined for a line that is neither a leaf nor a checkpoint */
export function parseExportLine(line: string): ExportLeaf | { readonly checkpoint: string } | undefined {
  const value = parseStrictJson(line);
  if (hasExactly(value, ['checkpoint'])) {
    return typeof value.checkpoint === 'string' ? { checkpoint: value.checkpoint } : undefined;
  }
  if (!isObject(value)) return undefined;
  const { record, fault, ...rest } = value;
  if (!hasExactly(rest, ['index', 'hash', 'signature'])) return undefined;
  const hash = typeof value.hash === 'string' && fromBase64Exactly(value.hash, hashBytes);
  const signature = typeof value.signature === 'string' && fromBase64Exactly(value.signature, signatureBytes);
  if (typeof value.index !== 'number' || !hash || !signature) return undefined;
  if (!['undefined', 'string'].includes(typeof fault) || !(record === undefined || isObject(record)))
    return undefined;
  return {
    index: value.index,
    hash,
    signature,
    ...(record === undefined ? {} : { record }),
    ...(typeof fault === 'string' ? { fault } : {}),
  };
}

/**
 * Lines of a file, for `verifyExport`. Only a newline ends a line (Node's readline also cuts at U+2028, which a record
 * may hold). Bytes that are no UTF-8 become an empty line and an endless line is cut: neither is valid in an export.
 */
export async function* exportLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline, start)) {
      yield decode(rest.subarray(start, end));
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > maxJsonBytes) {
      yield '';
      return;
    }
  }
  if (rest.length > 0) yield decode(rest);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return '';
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasExactly(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  return Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
}

/**
 * The export `assay-audit/1`, a JSON value a line: header, one line for each leaf in order, checkpoint. Byte layouts for
 * an auditor stand in docs/security/audit-log.md; `test/security/verify_audit.py` reads it without this code.
 */
import { createHmac } from 'node:crypto';
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
  /** Workspace whose records the export shows. */
  readonly reader: string;
  /** By which that workspace's leaves are recognised (`leafTag`), 32 bytes. */
  readonly tagKey: Buffer;
  /** Ed25519 by the leaf key over `readerSignedBytes`, 64 bytes. */
  readonly signature: Buffer;
  /** Records of the workspace that whoever made the export finds long in the database and not under the signed head. */
  readonly behind: number;
}

/** What the leaf key signs of a leaf, besides the name of the log. */
export interface SignedLeaf {
  readonly index: number;
  /** `leafHash` of the record's bytes. */
  readonly hash: Buffer;
  /** `leafTag` of its workspace at this place, 32 bytes. */
  readonly tag: Buffer;
  /** Whether the record's MAC was the one of whoever wrote it when it was put into the tree. */
  readonly genuine: boolean;
}

/** A line for a leaf. */
export interface ExportLeaf extends SignedLeaf {
  /** Ed25519 by the leaf key over `leafSignedBytes`, 64 bytes. */
  readonly signature: Buffer;
  /** Left out where the reader may not see it. */
  readonly record?: Readonly<Record<string, unknown>>;
  /** What whoever made the export found wrong with the record: that it is gone, or that its MAC does not fit. */
  readonly fault?: string;
}

/**
 * Says whose a leaf is to whoever has the tag key of that workspace, and nothing to anybody else: no two are alike.
 * HMAC-SHA-256, 32 bytes.
 */
export function leafTag(tagKey: Uint8Array, origin: string, index: number): Buffer {
  return createHmac('sha256', tagKey).update(`${origin}\n${index}\n`).digest();
}

/** What the leaf key signs, so that a leaf cannot move to another place, another workspace or another log. */
export function leafSignedBytes(origin: string, { index, hash, tag, genuine }: SignedLeaf): Buffer {
  const lines = [
    origin,
    index,
    hash.toString('base64'),
    tag.toString('base64'),
    genuine ? 'genuine' : 'forged',
  ];
  return Buffer.from(`assay/audit-leaf/v1\n${lines.join('\n')}\n`);
}

/** What the leaf key signs of a header, so that nobody is told that another workspace's leaves are his. */
export function readerSignedBytes(origin: string, reader: string, tagKey: Buffer): Buffer {
  return Buffer.from(`assay/audit-reader/v1\n${origin}\n${reader}\n${tagKey.toString('base64')}\n`);
}

/** First line, without its newline. */
export function formatExportHeader(header: ExportHeader): string {
  const { origin, size, reader, tagKey, signature, behind } = header;
  return JSON.stringify({
    format,
    origin,
    size,
    reader,
    tagKey: tagKey.toString('base64'),
    signature: signature.toString('base64'),
    behind,
  });
}

/** Line of a leaf, without its newline. */
export function formatExportLeaf(leaf: ExportLeaf): string {
  const { index, hash, tag, genuine, signature, record, fault } = leaf;
  return JSON.stringify({
    index,
    hash: hash.toString('base64'),
    tag: tag.toString('base64'),
    genuine,
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
  const names = ['format', 'origin', 'size', 'reader', 'tagKey', 'signature', 'behind'];
  if (!hasExactly(value, names) || value.format !== format) return undefined;
  const { origin, size, reader, behind } = value;
  if (!isLine(origin) || !isLine(reader) || !isCount(size) || !isCount(behind)) return undefined;
  const tagKey = bytesIn(value.tagKey, hashBytes);
  const signature = bytesIn(value.signature, signatureBytes);
  return tagKey && signature && { origin, size, reader, tagKey, signature, behind };
}

/** @returns undefined for a line that is neither a leaf nor a checkpoint */
export function parseExportLine(line: string): ExportLeaf | { readonly checkpoint: string } | undefined {
  const value = parseStrictJson(line);
  if (hasExactly(value, ['checkpoint'])) {
    return typeof value.checkpoint === 'string' ? { checkpoint: value.checkpoint } : undefined;
  }
  if (!isObject(value)) return undefined;
  const { record, fault, ...rest } = value;
  if (!hasExactly(rest, ['index', 'hash', 'tag', 'genuine', 'signature'])) return undefined;
  const { index, genuine } = value;
  const hash = bytesIn(value.hash, hashBytes);
  const tag = bytesIn(value.tag, hashBytes);
  const signature = bytesIn(value.signature, signatureBytes);
  if (typeof index !== 'number' || typeof genuine !== 'boolean' || !hash || !tag || !signature)
    return undefined;
  if (!['undefined', 'string'].includes(typeof fault) || !(record === undefined || isObject(record)))
    return undefined;
  return {
    index,
    hash,
    tag,
    genuine,
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

function bytesIn(value: unknown, bytes: number): Buffer | undefined {
  return typeof value === 'string' ? fromBase64Exactly(value, bytes) : undefined;
}

function isLine(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{Cc}]+$/u.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasExactly(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  return Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
}

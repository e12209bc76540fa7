/**
 * Verifies an export in one pass. The rule for its verdict: the first record that is not shown to be genuine. A fault in
 * a line is that line's record; a root that does not match leaves every record after the last matching checkpoint open.
 * `test/security/verify_audit.py` is written from the same rules and must give the same index.
 */
import { verify } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { recordBytes } from './canonical-record.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import {
  type ExportHeader,
  type ExportLeaf,
  leafSignedBytes,
  leafTag,
  parseExportHeader,
  parseExportLine,
  readerSignedBytes,
} from './export-format.ts';
import { openNote } from './note.ts';
import { leafHash, RunningTree } from './tree.ts';
import { ed25519Key, parseVerifierKey } from './verifier-key.ts';

/** Whom an export is held against. */
export interface ExportTrust {
  /** Text of the verifier key that signs checkpoints. */
  readonly logKey: string;
  /** Text of the verifier key that signs leaves. */
  readonly leafKey: string;
  /** Signed notes kept outside earlier; they alone show a cut tail or a rewritten log. */
  readonly checkpoints: readonly string[];
}

/** Either the whole export is genuine, or the index of the first record that is not shown to be. */
export type ExportVerdict =
  | {
      readonly ok: true;
      readonly size: number;
      readonly root: Buffer;
      /** Workspace whose records all were shown. */
      readonly reader: string;
    }
  | { readonly ok: false; readonly index: number; readonly reason: string };

/**
 * Reads the lines of an export once, in constant memory.
 * @throws AssayError audit.note_invalid if a key or a checkpoint kept outside is itself not valid: that says nothing
 * about the export
 */
export async function verifyExport(lines: AsyncIterable<string>, trust: ExportTrust): Promise<ExportVerdict> {
  const reader = new ExportReader(trust);
  try {
    for await (const line of lines) reader.take(line);
    return reader.end();
  } catch (error) {
    if (error instanceof Fault) return { ok: false, index: error.index, reason: error.message };
    throw error;
  }
}

class Fault extends Error {
  readonly index: number;
  constructor(index: number, reason: string) {
    super(reason);
    this.index = index;
  }
}

class ExportReader {
  readonly #logKey: string;
  readonly #leafKey;
  /** Checkpoints kept outside that are still ahead, the smallest first. */
  readonly #ahead: Checkpoint[];
  readonly #tree = new RunningTree();
  #header: ExportHeader | undefined;
  /** Leaves under the last checkpoint that matched. */
  #proven = 0;
  #done = false;

  constructor({ logKey, leafKey, checkpoints }: ExportTrust) {
    this.#logKey = logKey;
    this.#leafKey = ed25519Key(parseVerifierKey(leafKey).publicKey);
    parseVerifierKey(logKey);
    this.#ahead = checkpoints.map((note) => this.#open(note)).sort((a, b) => a.size - b.size);
  }

  take(line: string): void {
    if (this.#header === undefined) {
      this.#header = this.#readHeader(line);
      this.#compare();
      return;
    }
    if (this.#done) throw new Fault(this.#tree.size, 'there is text after the checkpoint');
    const parsed = parseExportLine(line);
    if (parsed === undefined) {
      throw new Fault(this.#tree.size, 'the line is neither a record nor a checkpoint of this format');
    }
    if ('checkpoint' in parsed) this.#close(this.#header, parsed.checkpoint);
    else this.#addLeaf(this.#header, parsed);
  }

  end(): ExportVerdict {
    const header = this.#header;
    if (header === undefined) throw new Fault(0, 'the export is empty');
    this.#requireAll(header);
    if (!this.#done) throw new Fault(this.#proven, 'no checkpoint stands at the end');
    const { size } = this.#tree;
    if (header.behind > 0)
      throw new Fault(size, `${header.behind} records of the workspace wait too long for a signed head`);
    return { ok: true, size, root: this.#tree.root(), reader: header.reader };
  }

  #readHeader(line: string): ExportHeader {
    const header = parseExportHeader(line);
    if (header === undefined)
      throw new Fault(0, 'the first line is not the header of an assay-audit/1 export');
    const other = this.#ahead.find(({ origin }) => origin !== header.origin);
    const { origin, reader, tagKey, signature } = header;
    if (
      other === undefined &&
      verify(null, readerSignedBytes(origin, reader, tagKey), this.#leafKey, signature)
    )
      return header;
    if (other === undefined) throw new Fault(0, 'the signature of the header does not verify');
    throw new Fault(0, `a checkpoint kept outside is of ${other.origin}, the export of ${header.origin}`);
  }

  #addLeaf({ origin, size, tagKey }: ExportHeader, leaf: ExportLeaf): void {
    const { index, hash, tag, genuine, signature, record, fault } = leaf;
    const at = this.#tree.size;
    if (at === size) throw new Fault(at, `it is one more than the ${size} that the header states`);
    if (index !== at) throw new Fault(at, `record ${index} stands in its place`);
    if (fault !== undefined) throw new Fault(at, fault);
    if (record !== undefined && !leafHash(recordBytes(record)).equals(hash)) {
      throw new Fault(at, 'its hash does not belong to its content');
    }
    if (!verify(null, leafSignedBytes(origin, leaf), this.#leafKey, signature)) {
      throw new Fault(at, 'its signature does not verify');
    }
    const own = leafTag(tagKey, origin, at).equals(tag);
    if (own && record === undefined) throw new Fault(at, 'it is one of the workspace, and is not shown');
    if (own && !genuine) throw new Fault(at, 'its MAC did not fit when it was put into the tree');
    if (!own && record !== undefined) throw new Fault(at, 'it is not one of the workspace');
    this.#tree.push(hash);
    this.#compare();
  }

  /** Holds the tree so far against the checkpoints kept outside that have this size. */
  #compare(): void {
    while (this.#ahead[0]?.size === this.#tree.size) {
      const { size, root } = this.#ahead.shift() as Checkpoint;
      this.#requireRoot(root, `the checkpoint of ${size} records that was kept outside`);
    }
  }

  #close(header: ExportHeader, note: string): void {
    this.#requireAll(header);
    const { origin, size, root } = this.#openLast(note);
    if (origin !== header.origin) throw new Fault(this.#proven, `the checkpoint is of the log ${origin}`);
    if (size < header.size) throw new Fault(size, `the checkpoint covers ${size} records, not this one`);
    if (size > header.size) throw new Fault(header.size, `it is missing: the checkpoint covers ${size}`);
    this.#requireRoot(root, 'the checkpoint at the end');
    this.#done = true;
  }

  #requireAll(header: ExportHeader): void {
    const at = this.#tree.size;
    if (at < header.size) throw new Fault(at, `it is missing: the header states ${header.size} records`);
    const beyond = this.#ahead[0];
    if (beyond) throw new Fault(at, `it is missing: a checkpoint kept outside covers ${beyond.size} records`);
  }

  #requireRoot(root: Buffer, of: string): void {
    if (!this.#tree.root().equals(root)) {
      throw new Fault(this.#proven, `it or one after it was replaced: the root differs from that of ${of}`);
    }
    this.#proven = this.#tree.size;
  }

  #open(note: string): Checkpoint {
    return parseCheckpoint(openNote(note, [this.#logKey]).text);
  }

  #openLast(note: string): Checkpoint {
    try {
      return this.#open(note);
    } catch (error) {
      if (!AssayError.is(error, 'audit.note_invalid')) throw error;
      throw new Fault(this.#proven, `the checkpoint at the end proves nothing: ${error.message}`);
    }
  }
}

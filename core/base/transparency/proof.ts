/** C2SP tlog-proof: all that is needed, beside the record and the log's public key, to show that the log holds it. */
import { AssayError } from '@assay/sdk';
import { fromBase64, fromBase64Exactly, fromDecimal } from './base64.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { openNote } from './note.ts';
import { hashBytes, leafHash } from './tree.ts';
import { verifyInclusion } from './tree-verify.ts';

const firstLine = 'c2sp.org/tlog-proof@v1';
const maxProofLength = 2_000_000;
/** A path is never longer than the levels of a tree of 2^53 leaves. */
const maxHashes = 53;

/** The parts of a proof. */
export interface LogProof {
  /** Zero-based place of the record in the log. */
  readonly index: number;
  /** Data for the application. Nothing authenticates it. */
  readonly extra?: Buffer;
  /** Inclusion proof, the leaf's sibling first. */
  readonly hashes: readonly Buffer[];
  /** Signed note. */
  readonly checkpoint: string;
}

/** What a proof has shown. */
export interface VerifiedProof {
  readonly index: number;
  readonly extra?: Buffer;
  readonly checkpoint: Checkpoint;
  /** Names of the known keys that signed the checkpoint; the log itself is among them. */
  readonly signers: readonly string[];
}

/** Text of a proof, to be stored as `NAME.tlog-proof`. */
export function formatProof({ index, extra, hashes, checkpoint }: LogProof): string {
  const text = [
    firstLine,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
    '',
    checkpoint,
  ].join('\n');
  parseProof(text);
  return text;
}

/**
 * Reads the text of a proof; verifies nothing.
 * @throws AssayError audit.proof_invalid
 */
export function parseProof(text: string): LogProof {
  if (text.length > maxProofLength) throw invalid(`it is longer than ${maxProofLength} characters`);
  // The first empty line ends our part; what follows is the checkpoint, which has empty lines of its own.
  const split = text.indexOf('\n\n');
  if (split < 0) throw invalid('it has no checkpoint after an empty line');
  const [first, ...lines] = text.slice(0, split).split('\n');
  if (first !== firstLine) throw invalid(`its first line is not ${firstLine}`);
  const extraLine = lines[0]?.startsWith('extra ') ? lines.shift() : undefined;
  const extra = extraLine === undefined ? undefined : fromBase64(extraLine.slice('extra '.length));
  if (extraLine !== undefined && extra === undefined) throw invalid('its extra data is not base64');
  const [, decimal = ''] = /^index ([0-9]+)$/.exec(lines.shift() ?? '') ?? [];
  const index = fromDecimal(decimal);
  if (index === undefined) throw invalid('it has no line with the index of the record');
  if (lines.length > maxHashes) throw invalid(`it has more than ${maxHashes} hashes`);
  const hashes = lines.map((line) => {
    const hash = fromBase64Exactly(line, hashBytes);
    if (hash === undefined) throw invalid(`a line of its path is not ${hashBytes} bytes in base64`);
    return hash;
  });
  return { index, ...(extra !== undefined && { extra }), hashes, checkpoint: text.slice(split + 2) };
}

/**
 * Verifies that the log holds these leaf bytes. The log's own key must have signed: the one whose name is the origin of
 * the checkpoint. Other keys of the list (a witness's) may have signed too, and must have signed well.
 * @param verifierKeys keys that are trusted, in their text form
 * @throws AssayError audit.proof_invalid, or audit.note_invalid for the checkpoint
 */
export function verifyProof(
  proofText: string,
  leafBytes: Uint8Array,
  verifierKeys: readonly string[],
): VerifiedProof {
  const { index, extra, hashes, checkpoint: note } = parseProof(proofText);
  const { text, signers } = openNote(note, verifierKeys);
  const checkpoint = parseCheckpoint(text);
  const { origin, size, root } = checkpoint;
  const names = signers.map(({ name }) => name);
  if (!names.includes(origin)) throw invalid(`its checkpoint is not signed by a known key named ${origin}`);
  if (!verifyInclusion(leafHash(leafBytes), index, size, hashes, root)) {
    throw invalid(`the record is not leaf ${index} of the ${size} under its checkpoint`);
  }
  return { index, ...(extra !== undefined && { extra }), checkpoint, signers: names };
}

const invalid = (what: string): AssayError =>
  new AssayError('audit.proof_invalid', `The proof does not hold: ${what}.`);

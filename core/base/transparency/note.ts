/**
 * Signed notes (C2SP signed-note): text that ends in a newline, an empty line, signature lines
 * `— NAME base64(key id | signature)`. Ed25519 only. The parser takes what the specification allows and nothing else.
 */
import { verify } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { fromBase64 } from './base64.ts';
import { ed25519Key, keyId, parseVerifierKey, type VerifierKey } from './verifier-key.ts';

const maxNoteLength = 1_000_000;
const maxSignatures = 100;
const idBytes = 4;
const signatureBytes = 64;
const signatureLine = /^— ([^\p{White_Space}\p{Cc}+]+) ([A-Za-z0-9+/]+={0,2})$/u;

/** Whoever signs: an Ed25519 key under a name, wherever its secret half is kept. */
export interface NoteSigner {
  readonly name: string;
  /** 32 raw bytes, Ed25519. */
  readonly publicKey: Buffer;
  /** 64 bytes. */
  sign(bytes: Buffer): Promise<Buffer>;
}

/** Text whose signatures were verified, and the known keys that signed it, each once. */
export interface OpenedNote {
  readonly text: string;
  readonly signers: readonly VerifierKey[];
}

/**
 * Signs a text. Every signature is verified before it leaves, so that a wrong key is seen here and not by an auditor.
 * @throws AssayError audit.note_invalid if the text cannot be a note's, or a signer's signature does not verify
 */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  if (!isNoteText(text)) {
    throw invalid('its text must end in a newline and have no other control character');
  }
  if (signers.length === 0 || signers.length > maxSignatures) {
    throw invalid(`it needs 1 to ${maxSignatures} signers, not ${signers.length}`);
  }
  const bytes = Buffer.from(text);
  const lines = await Promise.all(
    signers.map(async (signer) => {
      const { name, publicKey } = signer;
      const id = Buffer.from(keyId(name, publicKey), 'hex');
      const signature = await signer.sign(bytes);
      if (!isSignature(bytes, publicKey, signature)) throw invalid(`the signer ${name} gave a bad signature`);
      return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
    }),
  );
  return `${text}\n${lines.join('')}`;
}

/**
 * Verifies a note. Signatures of unknown keys are ignored.
 * @param verifierKeys keys that are trusted, in their text form
 * @throws AssayError audit.note_invalid if the note is malformed, a known key's signature is bad, or no known key signed
 */
export function openNote(note: string, verifierKeys: readonly string[]): OpenedNote {
  if (note.length > maxNoteLength) throw invalid(`it is longer than ${maxNoteLength} characters`);
  const split = note.lastIndexOf('\n\n');
  if (split < 0) throw invalid('it has no empty line before its signatures');
  const text = note.slice(0, split + 1);
  if (!isNoteText(text)) throw invalid('its text has control characters');
  const lines = note.slice(split + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw invalid('it does not end in a line with a signature');
  if (lines.length > maxSignatures) throw invalid(`it has more than ${maxSignatures} signatures`);

  const keys = verifierKeys.map(parseVerifierKey);
  const bytes = Buffer.from(text);
  const signers = new Set<VerifierKey>();
  for (const { name, id, signature } of lines.map(parseSignature)) {
    const key = keys.find((known) => known.name === name && known.id === id);
    if (key === undefined) continue;
    if (!isSignature(bytes, key.publicKey, signature)) {
      throw invalid(`the signature of ${name}+${id} does not verify`);
    }
    signers.add(key);
  }
  if (signers.size === 0) throw invalid('none of its signatures is by a known key');
  return { text, signers: [...signers] };
}

function parseSignature(line: string): { name: string; id: string; signature: Buffer } {
  const [, name, encoded = ''] = signatureLine.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (name === undefined || bytes === undefined || bytes.length <= idBytes) {
    throw invalid('a line after the empty one is no signature line');
  }
  return { name, id: bytes.toString('hex', 0, idBytes), signature: bytes.subarray(idBytes) };
}

/** Ends in a newline, which is also the only control character it may have. */
function isNoteText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.endsWith('\n') && text.isWellFormed() && !/[\x00-\x09\x0b-\x1f]/.test(text);
}

function isSignature(bytes: Buffer, publicKey: Buffer, signature: Buffer): boolean {
  return signature.length === signatureBytes && verify(null, bytes, ed25519Key(publicKey), signature);
}

const invalid = (what: string): AssayError =>
  new AssayError('audit.note_invalid', `The signed note is not valid: ${what}.`);

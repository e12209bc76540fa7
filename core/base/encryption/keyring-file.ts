import { randomBytes } from 'node:crypto';
import { type FileHandle, link, mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { digestJson } from '@assay/sdk';
import { keyBytes } from './gcm.ts';
import { keyUnavailable } from './wrapped-key.ts';

const format = 'assay-keyring/1';
const maxFileBytes = 1_048_576;

/** What a keyring file holds. Keys are base64 of 32 bytes; version n is the n-th key. */
export interface KeyringContent {
  readonly format: typeof format;
  readonly id: string;
  readonly created: string;
  /** Root keys, oldest first; the last one wraps, the others still unwrap. */
  readonly rootKeys: readonly string[];
  /** Key from which the subkeys of `mac` are derived. */
  readonly pepper: string;
}

/** New random content with one root key. */
export function newKeyringContent(): KeyringContent {
  return {
    format,
    id: randomBytes(8).toString('hex'),
    created: new Date().toISOString(),
    rootKeys: [randomBytes(keyBytes).toString('base64')],
    pepper: randomBytes(keyBytes).toString('base64'),
  };
}

/** Writes a new keyring file whole or not at all; an existing file is never touched. */
export async function writeKeyringFile(file: string, content: KeyringContent): Promise<void> {
  const folder = dirname(file);
  const temporary = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await refuseLooseFolder(folder);
    try {
      await withFile(temporary, 'wx', async (handle) => {
        await handle.writeFile(`${JSON.stringify({ ...content, digest: digestJson(content) }, null, 2)}\n`);
        await handle.sync();
      });
      await linkNew(temporary, file);
    } finally {
      await unlink(temporary).catch(unlessMissing);
    }
    await withFile(folder, 'r', (handle) => handle.sync());
  } catch (error) {
    throw asKeyUnavailable(error, `The keyring ${file} cannot be written`);
  }
}

/** A link, not a rename: rename would replace a keyring that somebody else made meanwhile, and every key with it. */
async function linkNew(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    throw keyUnavailable(
      `There is a keyring at ${file} already; it was left as it is. Open it, or name another file.`,
    );
  }
}

/** Reads and checks a keyring file. Every failure is `encryption.key_unavailable` with what to do. */
export async function readKeyringFile(file: string): Promise<KeyringContent> {
  try {
    await refuseLooseFolder(dirname(file));
    return await withFile(file, 'r', async (handle) => {
      const { mode, size } = await handle.stat();
      if ((mode & 0o077) !== 0) {
        throw keyUnavailable(
          `Others may read the keyring ${file} (mode ${octal(mode)}); it holds every key. Run: chmod 600 '${file}'`,
        );
      }
      return parseContent(size > maxFileBytes ? '' : await handle.readFile('utf8'), file);
    });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      throw keyUnavailable(
        `There is no keyring at ${file}. Restore it from its backup; without it nothing stored can be read.`,
      );
    }
    throw asKeyUnavailable(error, `The keyring ${file} cannot be read`);
  }
}

function parseContent(text: string, file: string): KeyringContent {
  let value: Record<string, unknown> = {};
  let readable = true;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not carried as a cause: the parser's message quotes the text, and the text is keys.
    readable = false;
  }
  const { digest, ...content } = readable && typeof value === 'object' && value !== null ? value : {};
  if (digest !== undefined && digest === digestJson(content) && isContent(content)) return content;
  throw keyUnavailable(
    `The keyring ${file} is damaged or was edited: it is not a whole ${format} file. Restore it from its backup.`,
  );
}

function isContent(content: object): content is KeyringContent {
  const { format: name, id, created, rootKeys, pepper, ...unknown } = content as Record<string, unknown>;
  return (
    name === format &&
    typeof id === 'string' &&
    typeof created === 'string' &&
    Array.isArray(rootKeys) &&
    rootKeys.length > 0 &&
    [...rootKeys, pepper].every(isKey) &&
    Object.keys(unknown).length === 0
  );
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' && Buffer.from(value, 'base64').length === keyBytes;
}

/** Who may write the folder can put another keyring in the place of this one. */
async function refuseLooseFolder(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o022) === 0) return;
  throw keyUnavailable(
    `Others may write the folder of the keyring, ${folder} (mode ${octal(mode)}). Run: chmod 700 '${folder}'`,
  );
}

async function withFile<T>(
  path: string,
  flags: 'r' | 'wx',
  use: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(path, flags, 0o600);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

function asKeyUnavailable(error: unknown, what: string): unknown {
  const code = errorCode(error);
  return code === undefined || !/^E[A-Z0-9]+$/.test(code)
    ? error
    : keyUnavailable(`${what}: ${code}.`, error);
}

function unlessMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}

function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, '0');
}

/** Name by which a keyring calls itself in a wrapped key. */
export function keyringUri(content: KeyringContent): string {
  return `keyring:${content.id}`;
}

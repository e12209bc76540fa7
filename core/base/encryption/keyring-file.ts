import { randomBytes } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { digestJson } from '@assay/sdk';
import type { Protection } from './keyring-protection.ts';
import { keyUnavailable } from './wrapped-key.ts';

const format = 'assay-keyring/2';
/** 10,000 destroyed keys take about 15 MB. */
const maxFileBytes = 256 * 1024 * 1024;

/** A keyring as it stands on the disk; `content` is base64 of the document, sealed as `protection` says. */
export interface KeyringFile {
  readonly format: typeof format;
  readonly id: string;
  readonly created: string;
  readonly protection: Protection;
  readonly content: string;
}

export function newKeyringFile(protection: Protection, id: string, content: string): KeyringFile {
  return { format, id, created: new Date().toISOString(), protection, content };
}

/** Writes a new keyring file whole or not at all; an existing file is never touched. */
export async function writeKeyringFile(file: string, keyring: KeyringFile): Promise<void> {
  await write(file, keyring, async (temporary) => {
    try {
      // A link, not a rename: rename would replace a keyring that somebody else made meanwhile, and every key with it.
      await link(temporary, file);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      throw keyUnavailable(
        `There is a keyring at ${file} already; it was left as it is. Open it, or name another file.`,
      );
    }
  });
}

/** Replaces a keyring file by a newer one of the same id: after a crash it is the old one or the new one, whole. */
export async function replaceKeyringFile(file: string, keyring: KeyringFile): Promise<void> {
  await write(file, keyring, (temporary) => rename(temporary, file));
}

async function write(
  file: string,
  keyring: KeyringFile,
  publish: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(file);
  const temporary = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await refuseLooseFolder(folder);
    try {
      await withFile(temporary, 'wx', async (handle) => {
        await handle.writeFile(`${JSON.stringify({ ...keyring, digest: digestJson(keyring) }, null, 2)}\n`);
        await handle.sync();
      });
      await publish(temporary);
    } finally {
      await unlink(temporary).catch(unlessMissing);
    }
    await withFile(folder, 'r', (handle) => handle.sync());
  } catch (error) {
    throw asKeyUnavailable(error, `The keyring ${file} cannot be written`);
  }
}

/** Reads and checks a keyring file. Every failure is `encryption.key_unavailable` with what to do. */
export async function readKeyringFile(file: string): Promise<KeyringFile> {
  try {
    await refuseLooseFolder(dirname(file));
    return await withFile(file, 'r', async (handle) => {
      const { mode, size } = await handle.stat();
      if ((mode & 0o077) !== 0) {
        throw keyUnavailable(
          `Others may read the keyring ${file} (mode ${octal(mode)}); it holds every key. Run: chmod 600 '${file}'`,
        );
      }
      return parseFile(size > maxFileBytes ? '' : await handle.readFile('utf8'), file);
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

/** Changes whenever the file was replaced; undefined where it cannot be looked at. Cheap enough to ask all the time. */
export async function keyringStamp(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found && `${found.ino}:${found.size}:${found.mtimeNs}:${found.mode}`;
}

function parseFile(text: string, file: string): KeyringFile {
  let value: Record<string, unknown> = {};
  let readable = true;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not carried as a cause: the parser's message quotes the text, and the text is keys.
    readable = false;
  }
  const { digest, ...keyring } = readable && typeof value === 'object' && value !== null ? value : {};
  if (digest !== undefined && digest === digestJson(keyring) && isKeyringFile(keyring)) return keyring;
  if (
    typeof value?.format === 'string' &&
    /^assay-keyring\/\d+$/.test(value.format) &&
    value.format !== format
  )
    throw keyUnavailable(
      `The keyring ${file} has the form ${value.format}; this version of Assay reads ${format}. Start the version that made it.`,
    );
  throw keyUnavailable(
    `The keyring ${file} is damaged or was edited: it is not a whole ${format} file. Restore it from its backup.`,
  );
}

function isKeyringFile(keyring: object): keyring is KeyringFile {
  const { format: name, id, created, protection, content, ...unknown } = keyring as Record<string, unknown>;
  return (
    name === format &&
    [id, created, content].every((text) => typeof text === 'string') &&
    typeof (protection as { kind?: unknown } | undefined)?.kind === 'string' &&
    Object.keys(unknown).length === 0
  );
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

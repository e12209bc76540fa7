import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A socket's whole path may have 107 bytes; a slash and the longest name, `.s.PGSQL.5432`, are part of it. */
const longestFolderBytes = 107 - '/.s.PGSQL.5432'.length;

/** True for a folder that nobody but us can have put there or can look into. */
async function isOurs(folder: string): Promise<boolean> {
  try {
    const found = await lstat(folder);
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Folder for the sockets of a data directory: its `run`, or, where that path is too long for a socket, a private one
 * under the system's temporary folder, whose name is kept so that a start after a kill uses the same one.
 */
export async function openRunFolder(dataDirectory: string): Promise<string> {
  const near = path.join(dataDirectory, 'run');
  await mkdir(near, { recursive: true, mode: 0o700 });
  if (Buffer.byteLength(near) <= longestFolderBytes) return near;
  const note = path.join(near, 'elsewhere');
  try {
    const known = (await readFile(note, 'utf8')).trim();
    if (await isOurs(known)) return known;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const far = await mkdtemp(path.join(tmpdir(), 'assay-'));
  await writeFile(note, `${far}\n`, { mode: 0o600 });
  return far;
}

/** Removes the folder again where it lies outside the data directory. */
export async function closeRunFolder(dataDirectory: string, folder: string): Promise<void> {
  if (folder !== path.join(dataDirectory, 'run')) await rm(folder, { recursive: true, force: true });
}

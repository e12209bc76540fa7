import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { digestJson } from './digest.ts';
import { AssayError } from './error.ts';

/** What a plugin may hold at most. */
export const pluginLimits = { files: 2000, bytes: 64 * 1024 * 1024 } as const;

/** Files of a plugin: paths from its folder, with `/`, and the SHA-256 of each in hexadecimal. */
export type FileDigests = Readonly<Record<string, string>>;

/** Digest of a plugin: that of the canonical JSON of its files' paths and SHA-256, sorted by path. */
export function digestFiles(files: FileDigests): string {
  return digestJson(files);
}

/**
 * The files of a plugin's folder. Symbolic links and anything that is not a plain file are refused, since they could point
 * out of the folder.
 * @param onFile handed each file's bytes as they are read
 * @throws AssayError `plugin.not_found`, `plugin.manifest_invalid`
 */
export async function readFiles(
  directory: string,
  onFile: (relative: string, bytes: Buffer) => void = () => undefined,
): Promise<FileDigests> {
  // Without a prototype: a file may be called as a member of one is.
  const files: Record<string, string> = Object.create(null);
  let bytes = 0;
  let count = 0;
  async function visit(folder: string): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true });
    await Promise.all(entries.map((entry) => look(path.join(folder, entry.name), entry)));
  }
  async function look(full: string, entry: Dirent): Promise<void> {
    const relative = path.relative(directory, full).replaceAll(path.sep, '/');
    if (entry.isDirectory()) return visit(full);
    if (!entry.isFile())
      throw new AssayError(
        'plugin.manifest_invalid',
        `${relative} is not a plain file; links are not allowed.`,
      );
    count += 1;
    bytes += (await lstat(full)).size;
    if (count > pluginLimits.files || bytes > pluginLimits.bytes)
      throw new AssayError(
        'plugin.manifest_invalid',
        `A plugin may have ${pluginLimits.files} files and ${pluginLimits.bytes} bytes.`,
      );
    const content = await readFile(full);
    onFile(relative, content);
    files[relative] = createHash('sha256').update(content).digest('hex');
  }
  try {
    await visit(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new AssayError(
      'plugin.not_found',
      `The folder of the plugin "${path.basename(directory)}" is not there.`,
      { cause: error },
    );
  }
  return files;
}

/**
 * Digest of a plugin's folder.
 * @throws AssayError `plugin.not_found`, `plugin.manifest_invalid`
 */
export async function digestDirectory(directory: string): Promise<string> {
  return digestFiles(await readFiles(directory));
}

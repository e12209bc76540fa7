import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { digestJson } from './digest.ts';
import { AssayError } from './error.ts';

const limits = { files: 2000, bytes: 64 * 1024 * 1024 };

/**
 * Digest of a plugin folder: canonical JSON of every file's relative path and SHA-256, sorted by path. Symbolic links
 * and anything that is not a plain file are refused, since they could point out of the folder.
 * @throws AssayError `plugin.not_found`, `plugin.manifest_invalid`
 */
export async function digestDirectory(directory: string): Promise<string> {
  const files: Record<string, string> = {};
  let bytes = 0;
  let count = 0;
  async function visit(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const full = path.join(folder, entry.name);
      const relative = path.relative(directory, full).replaceAll(path.sep, '/');
      if (entry.isDirectory()) {
        await visit(full);
        continue;
      }
      if (!entry.isFile())
        throw new AssayError(
          'plugin.manifest_invalid',
          `${relative} is not a plain file; links are not allowed.`,
        );
      count += 1;
      bytes += (await lstat(full)).size;
      if (count > limits.files || bytes > limits.bytes)
        throw new AssayError(
          'plugin.manifest_invalid',
          `A plugin may have ${limits.files} files and ${limits.bytes} bytes.`,
        );
      files[relative] = createHash('sha256')
        .update(await readFile(full))
        .digest('hex');
    }
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
  return digestJson(files);
}

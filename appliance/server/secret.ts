import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { AssayError } from '@assay/sdk';

const credentialPrefix = 'credential:';

/** Path of what a setting names: a file, a file descriptor (`/dev/fd/3`), or a credential of systemd (`credential:NAME`). */
export function placeOf(setting: string, given: string): string {
  if (!given.startsWith(credentialPrefix)) return given;
  const folder = process.env.CREDENTIALS_DIRECTORY;
  if (folder) return path.join(folder, path.basename(given.slice(credentialPrefix.length)));
  throw new AssayError(
    'config.invalid',
    `${setting} names a credential of systemd, and systemd gave none: set LoadCredential= in the unit.`,
  );
}

/**
 * Permissions that a secret's file must not give. systemd gives its credentials to the group as well, in a folder that is
 * the unit's alone; what came open (`/dev/fd/3`) or is a pipe was given by whoever starts us.
 */
function forbidden(given: string): number {
  return given.startsWith(credentialPrefix) ? 0o007 : 0o077;
}

/** The first line of a file that others cannot read. Read once, at the start: a file descriptor has it only once. */
export async function readSecret(setting: string, given: string): Promise<string> {
  const file = placeOf(setting, given);
  let handle: FileHandle | undefined;
  let text: string;
  try {
    handle = await open(file);
    const status = await handle.stat();
    const isGiven = file.startsWith('/dev/') || !status.isFile();
    if (!isGiven && (status.mode & forbidden(given)) !== 0)
      throw new AssayError(
        'config.invalid',
        `Others may read ${file}, which ${setting} names. Run: chmod 600 '${file}'`,
      );
    text = await handle.readFile('utf8');
  } catch (error) {
    if (AssayError.is(error)) throw error;
    throw new AssayError(
      'config.invalid',
      `${setting}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      { cause: error },
    );
  } finally {
    await handle?.close();
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line.length > 0) return line;
  throw new AssayError('config.invalid', `${setting}: the first line of ${file} is empty.`);
}

import { readFile, stat } from 'node:fs/promises';
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

/** The first line of a file that others cannot read. Read once, at the start: a file descriptor has it only once. */
export async function readSecret(setting: string, given: string): Promise<string> {
  const file = placeOf(setting, given);
  let text: string;
  try {
    const { mode } = await stat(file);
    if (path.isAbsolute(file) && !file.startsWith('/dev/fd/') && (mode & 0o077) !== 0)
      throw new AssayError(
        'config.invalid',
        `Others may read ${file}, which ${setting} names. Run: chmod 600 '${file}'`,
      );
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (AssayError.is(error)) throw error;
    throw new AssayError(
      'config.invalid',
      `${setting}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      { cause: error },
    );
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line.length > 0) return line;
  throw new AssayError('config.invalid', `${setting}: the first line of ${file} is empty.`);
}

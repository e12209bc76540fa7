import { readFile, rename, writeFile } from 'node:fs/promises';
import type { BuiltImage } from '@assay/runtime-container';
import { AssayError } from '@assay/sdk';

/** The images that were built for an appliance; none where the file is not there. */
export async function readImages(file: string): Promise<BuiltImage[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    return JSON.parse(text) as BuiltImage[];
  } catch (cause) {
    throw new AssayError('config.invalid', `${file} is not JSON; build the images again, or remove it.`, {
      cause,
    });
  }
}

/** Records an image in the place of the one of its name. */
export async function recordImage(file: string, image: BuiltImage): Promise<void> {
  const others = (await readImages(file)).filter(({ name }) => name !== image.name);
  const all = [...others, image].sort((a, b) => (a.name < b.name ? -1 : 1));
  await writeFile(`${file}.new`, `${JSON.stringify(all, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

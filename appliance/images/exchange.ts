import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type BuiltImage, inspectImage, loadImage, saveImage, tryImage } from '@assay/runtime-container';
import { AssayError } from '@assay/sdk';
import { runConfiguration } from './build.ts';
import { type Recipe, recipes } from './recipes.ts';
import { readImages, recordImage } from './record.ts';

const run = promisify(execFile);
/** A configuration or a manifest has some kilobytes. */
const mostBytes = 1024 * 1024;

interface ExchangeOptions {
  /** The appliance's data directory. */
  readonly dataDirectory: string;
  /** Socket of the container engine. */
  readonly socketPath: string;
  readonly onProgress: (what: string) => void;
}

/** Writes an installed image into a new file, for a machine without packages. */
export async function exportImage(
  recipe: Recipe,
  file: string,
  { dataDirectory, socketPath, onProgress }: ExchangeOptions,
): Promise<{ readonly image: BuiltImage; readonly bytes: number; readonly sha256: string }> {
  const image = (await readImages(path.join(dataDirectory, 'images.json'))).find(
    ({ name }) => name === recipe.name,
  );
  if (!image || !(await inspectImage(socketPath, image.id)))
    throw new AssayError(
      'config.invalid',
      `${recipe.name} is not built here: assay image build ${recipe.name}`,
    );
  const handle = await open(file, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new AssayError('config.invalid', `${file} cannot be written (${cause.code}).`, { cause });
  });
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    onProgress('reading it from the container engine');
    for await (const chunk of await saveImage(socketPath, image.id)) {
      hash.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { image, bytes, sha256: hash.digest('hex') };
}

/** One file out of an archive, read without unpacking anything. */
async function fileIn(archive: string, name: string): Promise<Buffer> {
  try {
    const options = { encoding: 'buffer' as const, maxBuffer: mostBytes };
    return (await run('tar', ['--extract', '--to-stdout', '--file', archive, '--', name], options)).stdout;
  } catch (cause) {
    throw new AssayError('config.invalid', `${archive} is no archive of an image: it has no ${name}.`, {
      cause,
    });
  }
}

function parse(bytes: Buffer, what: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new AssayError('config.invalid', `${what} is not JSON.`, { cause });
  }
}

interface Archived {
  readonly id: string;
  readonly recipe: Recipe;
}

/** What an archive holds: its id is computed from it, and it must be configured as this release configures its images. */
async function readArchive(file: string): Promise<Archived> {
  const manifest = parse(await fileIn(file, 'manifest.json'), 'manifest.json in the archive') as {
    readonly Config?: unknown;
  }[];
  const [only, ...more] = Array.isArray(manifest) ? manifest : [];
  if (!only || more.length > 0 || typeof only.Config !== 'string')
    throw new AssayError('config.invalid', `${file} must hold exactly one image.`);
  const bytes = await fileIn(file, only.Config);
  const { config } = parse(bytes, 'the configuration in the archive') as { config?: Record<string, unknown> };
  const labels = config?.Labels as Record<string, string> | undefined;
  const recipe = recipes.find(({ name }) => name === labels?.['assay.image']);
  if (!recipe) throw new AssayError('config.invalid', `${file} holds no image of Assay.`);
  const wanted = runConfiguration(recipe);
  for (const [name, value] of Object.entries(wanted))
    if (JSON.stringify(config?.[name]) !== JSON.stringify(value))
      throw new AssayError(
        'config.invalid',
        `The image in ${file} is not configured as ${recipe.name} of this release: its ${name} differs.`,
      );
  return { id: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, recipe };
}

/**
 * Loads an image from a file into the engine, starts it once, and records it for the appliance's next start.
 * @param expected - id that whoever built it told; another one is refused before anything is loaded
 */
export async function importImage(
  file: string,
  expected: string | undefined,
  { dataDirectory, socketPath, onProgress }: ExchangeOptions,
): Promise<BuiltImage> {
  const { id, recipe } = await readArchive(file);
  if (expected !== undefined && id !== expected)
    throw new AssayError('config.invalid', `The image in ${file} is ${id}, not ${expected}.`);
  onProgress('loading it into the container engine');
  if (!(await loadImage(socketPath, file, id)))
    throw new AssayError('config.invalid', `The container engine did not keep the image as ${id}.`);
  onProgress('starting it once');
  const version = await tryImage({ name: recipe.name, id, version: '' }, socketPath);
  const image = { name: recipe.name, id, version };
  await recordImage(path.join(dataDirectory, 'images.json'), image);
  return image;
}

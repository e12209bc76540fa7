import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuiltImage, loadImage, tryImage } from '@assay/runtime-container';
import { AssayError } from '@assay/sdk';
import { type BuildOptions, buildImage } from './build.ts';
import type { Recipe } from './recipes.ts';
import { recordImage } from './record.ts';

/** Where the list of what is in an installed image lies (CycloneDX 1.6). */
export function sbomFile(dataDirectory: string, { name }: Recipe): string {
  return path.join(dataDirectory, 'images', `${name}.cdx.json`);
}

export interface InstallOptions extends Omit<BuildOptions, 'folder'> {
  /** The appliance's data directory. */
  readonly dataDirectory: string;
  /** Socket of the container engine. */
  readonly socketPath: string;
}

/** Builds an image, loads it into the engine, starts it once, and records it for the appliance's next start. */
export async function installImage(recipe: Recipe, options: InstallOptions): Promise<BuiltImage> {
  const { dataDirectory, socketPath, onProgress } = options;
  const folder = path.join(dataDirectory, 'images');
  const { id, file, sbom } = await buildImage(recipe, { ...options, folder });
  try {
    onProgress('loading it into the container engine');
    const loaded = await loadImage(socketPath, file, id);
    if (!loaded)
      throw new AssayError(
        'config.invalid',
        `The container engine did not keep the image ${recipe.name} as ${id}.`,
      );
  } finally {
    await rm(file, { force: true });
  }
  onProgress('starting it once');
  const version = await tryImage({ name: recipe.name, id, version: '' }, socketPath);
  const image = { name: recipe.name, id, version };
  await writeFile(sbomFile(dataDirectory, recipe), `${JSON.stringify(sbom, null, 2)}\n`);
  await recordImage(path.join(dataDirectory, 'images.json'), image);
  return image;
}

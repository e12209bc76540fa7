import { inspectImage, tryImage } from '@assay/runtime-container';
import { AssayError } from '@assay/sdk';
import { entryLayerDigest } from './build.ts';
import type { Recipe } from './recipes.ts';
import { readImages } from './record.ts';

/** One thing that an image was held against, and what came of it. */
export interface ImageFinding {
  readonly name: 'recorded' | 'in the engine' | 'entry programs' | 'starts';
  readonly ok: boolean;
  readonly detail: string;
}

/**
 * Holds an image against what was recorded when it was installed and against this release. Its id is a digest over
 * everything in it: what the engine has under that id is what was built. Stops at the first finding that is not well.
 */
export async function* verifyImage(
  recipe: Recipe,
  options: { readonly record: string; readonly socketPath: string },
): AsyncGenerator<ImageFinding> {
  const { name } = recipe;
  const image = (await readImages(options.record)).find((each) => each.name === name);
  if (!image)
    return yield { name: 'recorded', ok: false, detail: `it is not built: assay image build ${name}` };
  yield { name: 'recorded', ok: true, detail: `${image.id}, ${image.version}` };
  const found = await inspectImage(options.socketPath, image.id);
  if (!found)
    return yield { name: 'in the engine', ok: false, detail: `it is gone: assay image build ${name}` };
  const megabytes = Math.round(found.bytes / 1e6);
  yield { name: 'in the engine', ok: true, detail: `${found.layers.length} layers, ${megabytes} MB` };
  const ours = await entryLayerDigest(recipe);
  const isOurs = found.layers.at(-1) === ours;
  yield {
    name: 'entry programs',
    ok: isOurs,
    detail: isOurs ? 'those of this release' : `those of another release: assay image build ${name}`,
  };
  if (!isOurs) return;
  try {
    const version = await tryImage(image, options.socketPath);
    const same = version === image.version;
    yield { name: 'starts', ok: same, detail: same ? version : `it says that it is ${version}` };
  } catch (error) {
    if (!AssayError.is(error)) throw error;
    yield { name: 'starts', ok: false, detail: error.message };
  }
}

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { arch, tmpdir } from 'node:os';
import path from 'node:path';
import { digestFile, epoch, packageArguments, runProgram } from './packages.ts';
import { openPool } from './pool.ts';
import { alwaysPruned, excluded, included, type Recipe } from './recipes.ts';
import { describeLayer, type Sbom } from './sbom.ts';

const root = path.resolve(import.meta.dirname, '../..');
export interface BuildOptions {
  /** Folder for what is kept between builds, and for work. */
  readonly folder: string;
  /** Package mirror of the site; Debian's own where none is given. */
  readonly mirror?: string;
  /** Folder of packages (`collectPool`) that everything is taken from, and nothing from a network. */
  readonly pool?: string;
  readonly onProgress: (what: string) => void;
}

export interface ImageArchive {
  /** Local id that an engine gives the image when it loads the archive. */
  readonly id: string;
  /** A tar that `docker load` reads. */
  readonly file: string;
  /** What is in it, with its licences. */
  readonly sbom: Sbom;
}

/** Debian's packages as one layer; kept, since only a change of the recipe changes what is asked for. */
async function packageLayer(recipe: Recipe, options: BuildOptions): Promise<string> {
  const { suite, packages } = recipe;
  const pruned = [...alwaysPruned, ...recipe.pruned];
  const pool = options.pool === undefined ? undefined : await openPool(options.pool);
  const source = pool?.source ?? options.mirror;
  const asked = createHash('sha256')
    .update(JSON.stringify([suite, packages, excluded, included, pruned, pool?.digest]))
    .digest('hex');
  const layer = path.join(options.folder, `${recipe.name}-${asked.slice(0, 16)}.tar`);
  if (existsSync(layer)) return layer;
  const half = path.join(options.folder, `half-${recipe.name}.tar`);
  await rm(half, { force: true });
  const args = [
    ...packageArguments(recipe),
    `--customize-hook=cd "$1" && rm -rf ${pruned.join(' ')}`,
    suite,
    half,
    ...(source ? [source] : []),
  ];
  try {
    await runProgram('mmdebstrap', args, (line) => {
      const stage = /^I: (.+?)(\.\.\.)?$/.exec(line)?.[1];
      if (stage) options.onProgress(stage);
    });
    for (const old of await readdir(options.folder))
      if (old.startsWith(`${recipe.name}-`)) await rm(path.join(options.folder, old), { force: true });
    await rename(half, layer);
  } finally {
    await rm(half, { force: true });
  }
  return layer;
}

/** A tar whose bytes depend on names and contents alone. */
async function makeTar(target: string, folder: string): Promise<void> {
  const same = [
    '--sort=name',
    `--mtime=@${epoch}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--format=gnu',
  ];
  await runProgram('tar', [...same, '--mode=u=rwX,go=rX', '-C', folder, '-cf', target, '.']);
}

async function entryLayer(recipe: Recipe, work: string): Promise<string> {
  const folder = path.join(work, 'entry');
  await mkdir(path.join(folder, 'assay'), { recursive: true });
  for (const file of recipe.entry.files)
    await copyFile(path.join(root, recipe.entry.folder, file), path.join(folder, 'assay', file));
  const layer = path.join(work, 'entry.tar');
  await makeTar(layer, folder);
  return layer;
}

/** Digest of the layer with our entry programs, as this release makes it: `sha256:hex`. */
export async function entryLayerDigest(recipe: Recipe): Promise<string> {
  const work = await mkdtemp(path.join(tmpdir(), 'assay-entry-'));
  try {
    return `sha256:${await digestFile(await entryLayer(recipe, work))}`;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What every image of a recipe is configured as. */
export function runConfiguration(recipe: Recipe) {
  return {
    User: '65534:65534',
    WorkingDir: '/tmp',
    // What a library prints must not stand between the frames: the protocol has a descriptor of its own.
    Entrypoint: ['/bin/sh', '-c', `exec 3>&1 1>&2; exec ${recipe.command}`],
    Labels: { 'assay.image': recipe.name },
  };
}

function configOf(recipe: Recipe, layers: readonly string[]): string {
  return JSON.stringify({
    architecture: arch() === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    created: new Date(Number(epoch) * 1000).toISOString(),
    config: runConfiguration(recipe),
    rootfs: { type: 'layers', diff_ids: layers.map((digest) => `sha256:${digest}`) },
  });
}

/** Makes the image of a recipe as an archive, whose id is known before any engine sees it. */
export async function buildImage(recipe: Recipe, options: BuildOptions): Promise<ImageArchive> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const packages = await packageLayer(recipe, options);
  const work = await mkdtemp(path.join(options.folder, 'work-'));
  try {
    options.onProgress('putting the image together');
    const layers = [packages, await entryLayer(recipe, work)];
    const digests = await Promise.all(layers.map(digestFile));
    const config = configOf(recipe, digests);
    const id = createHash('sha256').update(config).digest('hex');
    const folder = path.join(work, 'image');
    await mkdir(folder);
    await writeFile(path.join(folder, `${id}.json`), config);
    for (const [i, layer] of layers.entries()) await copyFile(layer, path.join(folder, `${digests[i]}.tar`));
    const manifest = [
      {
        Config: `${id}.json`,
        RepoTags: [`assay/${recipe.name}:local`],
        Layers: digests.map((d) => `${d}.tar`),
      },
    ];
    await writeFile(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
    const file = path.join(options.folder, `${recipe.name}.image.tar`);
    await makeTar(file, folder);
    options.onProgress('list of what is in it');
    return { id: `sha256:${id}`, file, sbom: await describeLayer(recipe, `sha256:${id}`, packages, work) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

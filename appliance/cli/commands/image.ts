import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  collectPool,
  containerfileOf,
  exportImage,
  type ImageFinding,
  importImage,
  installImage,
  type Recipe,
  readImages,
  recipes,
  type Sbom,
  sbomFile,
  verifyImage,
} from '@assay/images';
import type { Command } from 'commander';
import { exitCodes, UsageError } from '../exit.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface BuildFlags {
  readonly data?: string;
  readonly socket?: string;
  readonly mirror?: string;
  readonly offline?: boolean;
  readonly pool?: string;
}

type Global = BuildFlags & { readonly json?: boolean };

const usualSocket = '/var/run/docker.sock';

/** These commands work on this machine's appliance, not on a server: they read what its start reads. */
function directoryOf({ data }: BuildFlags): string {
  return path.resolve(data ?? (process.env.ASSAY_DATA || '.assay'));
}

function find(name: string): Recipe {
  const recipe = recipes.find((each) => each.name === name);
  if (!recipe)
    throw new UsageError(
      `There is no image "${name}"; there are ${recipes.map((each) => each.name).join(', ')}.`,
    );
  return recipe;
}

async function build(name: string, flags: Global, terminal: Terminal): Promise<void> {
  const recipe = find(name);
  if (flags.offline && flags.mirror)
    throw new UsageError('--offline takes the packages from the pool; leave --mirror out.');
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
  const image = await installImage(recipe, {
    dataDirectory: directoryOf(flags),
    socketPath: flags.socket ?? (process.env.ASSAY_CONTAINERS_SOCKET || usualSocket),
    ...(flags.offline ? { pool: poolOf(flags) } : {}),
    ...(flags.mirror ? { mirror: flags.mirror } : {}),
    onProgress: (what) => terminal.say(`… ${seconds()} s  ${what}`),
  });
  if (flags.json) return terminal.print(JSON.stringify({ image }, null, 2));
  terminal.print(
    `${image.name} is built in ${seconds()} s: ${image.version}\n${image.id}\nThe next start of Assay uses it.`,
  );
}

function poolOf(flags: Global): string {
  return path.resolve(flags.pool ?? path.join(directoryOf(flags), 'pool'));
}

async function collect(names: readonly string[], flags: Global, terminal: Terminal): Promise<void> {
  const folder = poolOf(flags);
  const packages = await collectPool(names.length > 0 ? names.map(find) : recipes, {
    folder,
    ...(flags.mirror ? { mirror: flags.mirror } : {}),
    onProgress: (what) => terminal.say(`… ${what}`),
  });
  if (flags.json) return terminal.print(JSON.stringify({ folder, packages }, null, 2));
  terminal.print(
    `${packages} packages are in ${folder}\nWithout a network: assay image build NAME --offline --pool ${folder}`,
  );
}

async function showSbom(
  name: string,
  flags: Global & { licences?: boolean },
  terminal: Terminal,
): Promise<void> {
  const file = sbomFile(directoryOf(flags), find(name));
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new UsageError(`${name} is not built here: assay image build ${name}`);
  });
  if (!flags.licences) return terminal.print(text.trimEnd());
  const { components } = JSON.parse(text) as Sbom;
  const rows = components.map((each) => [
    each.name,
    each.version,
    each.licenses.map(({ license }) => license.name).join(', ') || 'as its copyright file says',
  ]);
  terminal.print(renderTable(['package', 'version', 'licences'], rows, terminal));
}

function placeOf(flags: Global, terminal: Terminal) {
  return {
    dataDirectory: directoryOf(flags),
    socketPath: flags.socket ?? (process.env.ASSAY_CONTAINERS_SOCKET || usualSocket),
    onProgress: (what: string) => terminal.say(`… ${what}`),
  };
}

async function verify(names: readonly string[], flags: Global, terminal: Terminal): Promise<boolean> {
  const { dataDirectory, socketPath } = placeOf(flags, terminal);
  const record = path.join(dataDirectory, 'images.json');
  const built = await readImages(record);
  const wanted =
    names.length > 0 ? names.map(find) : recipes.filter((r) => built.some((b) => b.name === r.name));
  const found: (ImageFinding & { readonly image: string })[] = [];
  for (const recipe of wanted)
    for await (const finding of verifyImage(recipe, { record, socketPath }))
      found.push({ image: recipe.name, ...finding });
  if (flags.json) terminal.print(JSON.stringify({ findings: found }, null, 2));
  else if (found.length === 0)
    terminal.print('No image is built here; "assay image build r-stats" makes one.');
  else {
    const rows = found.map(({ image, name, ok, detail }) => [image, name, ok ? 'well' : 'NOT WELL', detail]);
    terminal.print(renderTable(['image', 'what', 'verdict', 'found'], rows, terminal));
  }
  return found.every(({ ok }) => ok);
}

async function save(name: string, flags: Global & { output?: string }, terminal: Terminal): Promise<void> {
  const recipe = find(name);
  const file = path.resolve(flags.output ?? `${name}.image.tar`);
  const { image, bytes, sha256 } = await exportImage(recipe, file, placeOf(flags, terminal));
  if (flags.json) return terminal.print(JSON.stringify({ file, bytes, sha256, image }, null, 2));
  terminal.print(
    `Saved as ${file} (${Math.round(bytes / 1e6)} MB, SHA-256 ${sha256})\nThere: assay image import ${path.basename(file)} --id ${image.id}`,
  );
}

async function load(file: string, flags: Global & { id?: string }, terminal: Terminal): Promise<void> {
  if (flags.id !== undefined && !/^sha256:[0-9a-f]{64}$/.test(flags.id))
    throw new UsageError(`"${flags.id}" is no id of an image; one is sha256: and 64 hexadecimal digits.`);
  const image = await importImage(path.resolve(file), flags.id, placeOf(flags, terminal));
  if (flags.json) return terminal.print(JSON.stringify({ image }, null, 2));
  terminal.print(`${image.name} is here: ${image.version}\n${image.id}\nThe next start of Assay uses it.`);
}

async function list(flags: Global, terminal: Terminal): Promise<void> {
  const built = await readImages(path.join(directoryOf(flags), 'images.json'));
  if (flags.json) return terminal.print(JSON.stringify({ images: built }, null, 2));
  const rows = recipes.map(({ name, title }) => {
    const image = built.find((each) => each.name === name);
    return [name, title, image ? image.version : 'not built', image?.id.slice(7, 19)];
  });
  terminal.print(renderTable(['image', 'what', 'version', 'id'], rows, terminal));
}

export function addImageCommands(program: Command, terminal: Terminal, end: (code: number) => void): void {
  const image = program.command('image').description('images that tools run in, on this machine');
  image
    .command('build <image>')
    .description(
      'make an image from packages of Debian and give it to the container engine (needs mmdebstrap)',
    )
    .option('--data <folder>', 'data directory of the appliance (or ASSAY_DATA)')
    .option('--socket <path>', 'socket of the container engine (or ASSAY_CONTAINERS_SOCKET)')
    .option('--mirror <address>', 'package mirror of the site')
    .option('--offline', 'take every package from the pool and nothing from a network')
    .option('--pool <folder>', 'folder of packages; "pool" in the data directory without it')
    .action(async (name: string, _: unknown, command: Command) => {
      await build(name, command.optsWithGlobals(), terminal);
      end(exitCodes.ok);
    });
  image
    .command('pool [image...]')
    .description('fetch the packages of images into a folder, for a machine without a network')
    .option('--data <folder>', 'data directory of the appliance (or ASSAY_DATA)')
    .option('--mirror <address>', 'package mirror of the site')
    .option('--pool <folder>', 'where to; "pool" in the data directory without it')
    .action(async (names: string[], _: unknown, command: Command) => {
      await collect(names, command.optsWithGlobals(), terminal);
      end(exitCodes.ok);
    });
  image
    .command('sbom <image>')
    .description('what is in a built image (CycloneDX), or the licences of it')
    .option('--data <folder>', 'data directory of the appliance (or ASSAY_DATA)')
    .option('--licences', 'as a table of packages and licences')
    .action(async (name: string, _: unknown, command: Command) => {
      await showSbom(name, command.optsWithGlobals(), terminal);
      end(exitCodes.ok);
    });
  image
    .command('containerfile <image>')
    .description('the recipe as a Containerfile, for sites that build with a registry')
    .action((name: string) => {
      terminal.print(containerfileOf(find(name)).trimEnd());
      end(exitCodes.ok);
    });
  image
    .command('list')
    .description('which images there are, and which are built')
    .option('--data <folder>', 'data directory of the appliance (or ASSAY_DATA)')
    .action(async (_: unknown, command: Command) => {
      await list(command.optsWithGlobals(), terminal);
      end(exitCodes.ok);
    });
  const here = (command: Command) =>
    command
      .option('--data <folder>', 'data directory of the appliance (or ASSAY_DATA)')
      .option('--socket <path>', 'socket of the container engine (or ASSAY_CONTAINERS_SOCKET)');
  here(image.command('verify [image...]'))
    .description('hold built images against what was recorded, the engine and this release')
    .action(async (names: string[], _: unknown, command: Command) => {
      const isWell = await verify(names, command.optsWithGlobals(), terminal);
      end(isWell ? exitCodes.ok : exitCodes.unsound);
    });
  here(image.command('export <image>'))
    .description('save a built image into a file, for a machine without packages')
    .option('-o, --output <file>', 'where to; NAME.image.tar in this folder without it')
    .action(async (name: string, _: unknown, command: Command) => {
      await save(name, command.optsWithGlobals(), terminal);
      end(exitCodes.ok);
    });
  here(image.command('import <file>'))
    .description('load an image that was saved on another machine')
    .option('--id <id>', 'id that it must have, as the other machine printed it')
    .action(async (file: string, _: unknown, command: Command) => {
      await load(file, command.optsWithGlobals(), terminal);
      end(exitCodes.ok);
    });
}

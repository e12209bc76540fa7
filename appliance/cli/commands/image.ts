import path from 'node:path';
import { installImage, type Recipe, readImages, recipes } from '@assay/images';
import type { Command } from 'commander';
import { exitCodes, UsageError } from '../exit.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface BuildFlags {
  readonly data?: string;
  readonly socket?: string;
  readonly mirror?: string;
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
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
  const image = await installImage(recipe, {
    dataDirectory: directoryOf(flags),
    socketPath: flags.socket ?? (process.env.ASSAY_CONTAINERS_SOCKET || usualSocket),
    ...(flags.mirror ? { mirror: flags.mirror } : {}),
    onProgress: (what) => terminal.say(`… ${seconds()} s  ${what}`),
  });
  if (flags.json) return terminal.print(JSON.stringify({ image }, null, 2));
  terminal.print(
    `${image.name} is built in ${seconds()} s: ${image.version}\n${image.id}\nThe next start of Assay uses it.`,
  );
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
    .action(async (name: string, _: unknown, command: Command) => {
      await build(name, command.optsWithGlobals(), terminal);
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
}

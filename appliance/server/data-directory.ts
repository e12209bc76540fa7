import { chmod, mkdir, readdir, readFile, realpath, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AssayError } from '@assay/sdk';
import { holdDirectory } from './hold.ts';
import { closeRunFolder, openRunFolder } from './run-folder.ts';

const leastFreeBytes = 300 * 1024 * 1024;

/** Everything that an installation keeps, in one folder that only its owner reads. */
export interface DataDirectory {
  readonly path: string;
  readonly keyring: string;
  readonly objects: string;
  readonly scratch: string;
  readonly logs: string;
  readonly runnerSocket: string;
  /** Images that were built for this appliance. */
  readonly images: string;
  /** Plugins that were installed. */
  readonly plugins: string;
  readonly firstReport: string;
  /** Parsed `config.json`, undefined where there is none. */
  readonly config: unknown;
  release(): Promise<void>;
}

/** Parsed configuration file; undefined where there is none and none is required. */
export async function readConfig(file: string, required: boolean): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !required) return undefined;
    throw new AssayError(
      'config.invalid',
      `The configuration ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      { cause: error },
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AssayError(
      'config.invalid',
      `The configuration ${file} is not JSON: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}

/** Made with the directory: what lies beside it is ours. */
const mark = '.assay-data';
/** What an operator may have put there before the first start, and what a new disk has. */
const mayComeFirst = ['config.json', 'images', 'images.json', 'keyring.json', 'lost+found'];

/** Refuses somebody's own folder, which would be closed to others and partly emptied. */
async function claim(directory: string): Promise<void> {
  const names = await readdir(directory);
  if (!names.includes(mark)) {
    const foreign = names.find((name) => !mayComeFirst.includes(name));
    if (foreign !== undefined && !names.includes('keyring.json'))
      throw new AssayError(
        'config.invalid',
        `${directory} holds other things (${foreign}); ASSAY_DATA must name a new or an empty folder.`,
      );
    await writeFile(path.join(directory, mark), '', { mode: 0o600 });
  }
  await chmod(directory, 0o700);
}

/** Refuses a disk on which the first upload, or the database's own log, would fail. */
async function requireSpace(directory: string): Promise<void> {
  const free = await statfs(directory);
  if (free.bavail * free.bsize >= leastFreeBytes) return;
  throw new AssayError(
    'storage.full',
    `Less than ${leastFreeBytes / 1024 / 1024} MB are free for ${directory}; free some space, or choose another place with ASSAY_DATA.`,
  );
}

/** Makes or opens the data directory, and holds it against a second start. */
export async function openDataDirectory(env: NodeJS.ProcessEnv): Promise<DataDirectory> {
  const given = path.resolve(env.ASSAY_DATA || '.assay');
  await mkdir(given, { recursive: true, mode: 0o700 });
  const directory = await realpath(given);
  await requireSpace(directory);
  await claim(directory);
  const at = (...parts: string[]) => path.join(directory, ...parts);
  const defaultConfig = at('config.json');
  const config = await readConfig(env.ASSAY_CONFIG || defaultConfig, Boolean(env.ASSAY_CONFIG));
  const release = await holdDirectory(directory);
  for (const folder of ['objects', 'scratch', 'logs'])
    await mkdir(at(folder), { recursive: true, mode: 0o700 });
  // What a killed run left in its scratch is plaintext: it goes before anything else starts.
  await rm(at('scratch'), { recursive: true, force: true });
  await mkdir(at('scratch'), { mode: 0o700 });
  if (config === undefined) await writeFile(defaultConfig, '{}\n', { mode: 0o600 });
  const run = await openRunFolder(directory);
  return {
    path: directory,
    keyring: at('keyring.json'),
    objects: at('objects'),
    scratch: at('scratch'),
    logs: at('logs'),
    runnerSocket: path.join(run, 'runner.sock'),
    images: at('images.json'),
    plugins: at('plugins'),
    firstReport: at('first-report'),
    config,
    async release() {
      await closeRunFolder(directory, run);
      await release();
    },
  };
}

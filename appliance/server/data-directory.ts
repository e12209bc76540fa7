import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { AssayError } from '@assay/sdk';

const leastFreeBytes = 300 * 1024 * 1024;

/** Everything that an installation keeps, in one folder that only its owner reads. */
export interface DataDirectory {
  readonly path: string;
  readonly keyring: string;
  readonly objects: string;
  readonly scratch: string;
  readonly logs: string;
  readonly runnerSocket: string;
  readonly firstReport: string;
  /** Parsed `config.json`, undefined where there is none. */
  readonly config: unknown;
  release(): Promise<void>;
}

/** Holds the directory as long as the process lives: the kernel drops the name when it dies. */
async function hold(directory: string): Promise<net.Server> {
  const name = `\0assay-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new AssayError(
              'config.invalid',
              `Assay already runs with the data directory ${directory}; end it, or choose another with ASSAY_DATA.`,
            )
          : error,
      ),
    );
    server.listen(name, resolve);
  });
  server.unref();
  return server;
}

async function readConfig(file: string, required: boolean): Promise<unknown> {
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

/** Makes or opens the data directory, and holds it against a second start. */
export async function openDataDirectory(env: NodeJS.ProcessEnv): Promise<DataDirectory> {
  const directory = path.resolve(env.ASSAY_DATA || '.assay');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const held = await hold(directory);
  const free = await statfs(directory);
  if (free.bavail * free.bsize < leastFreeBytes)
    throw new AssayError(
      'storage.full',
      `Less than ${leastFreeBytes / 1024 / 1024} MB are free for ${directory}; free some space, or choose another place with ASSAY_DATA.`,
    );
  const at = (...parts: string[]) => path.join(directory, ...parts);
  for (const folder of ['objects', 'scratch', 'logs', 'run'])
    await mkdir(at(folder), { recursive: true, mode: 0o700 });
  // What a killed run left in its scratch is plaintext: it goes before anything else starts.
  await rm(at('scratch'), { recursive: true, force: true });
  await mkdir(at('scratch'), { mode: 0o700 });
  const defaultConfig = at('config.json');
  const config = await readConfig(env.ASSAY_CONFIG || defaultConfig, Boolean(env.ASSAY_CONFIG));
  if (config === undefined) await writeFile(defaultConfig, '{}\n', { mode: 0o600 });
  return {
    path: directory,
    keyring: at('keyring.json'),
    objects: at('objects'),
    scratch: at('scratch'),
    logs: at('logs'),
    runnerSocket: at('run', 'runner.sock'),
    firstReport: at('first-report'),
    config,
    release: () => new Promise((resolve) => held.close(() => resolve())),
  };
}

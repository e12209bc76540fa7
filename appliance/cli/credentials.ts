import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { RefusedError } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** What signing in leaves on this machine. */
export interface Credentials {
  readonly url: string;
  readonly token: string;
}

type Environment = Terminal['environment'];

function credentialsFile(environment: Environment): string {
  const base = environment.XDG_CONFIG_HOME || path.join(environment.HOME || homedir(), '.config');
  return path.join(base, 'assay', 'credentials.json');
}

/** @returns undefined where nobody has signed in */
export async function readCredentials(environment: Environment): Promise<Credentials | undefined> {
  const file = credentialsFile(environment);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { url, token } = JSON.parse(text) as Partial<Credentials>;
    if (typeof url === 'string' && typeof token === 'string') return { url, token };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new RefusedError(`${file} is damaged. Remove it and sign in again with "assay sign-in TOKEN".`);
}

/** Writes the file whole or not at all; nobody but its owner may read it. */
export async function writeCredentials(environment: Environment, credentials: Credentials): Promise<string> {
  const file = credentialsFile(environment);
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(credentials, null, 2)}\n`);
    await handle.sync();
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return file;
}

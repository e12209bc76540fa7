import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AssayError } from '@assay/sdk';
import { excluded, included, type Recipe } from './recipes.ts';

/** Dates inside an image, so that the same packages give the same bytes: 2026-01-01. */
export const epoch = '1767225600';

async function finish(child: ChildProcess, what: string, said: () => string): Promise<void> {
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT'
          ? new AssayError('config.invalid', `${what} is not installed; on Debian: apt-get install ${what}`)
          : error,
      ),
    );
    child.once('close', resolve);
  });
  if (code !== 0) throw new AssayError('config.invalid', `${what} ended with ${code}: ${said()}`);
}

/** Runs a program of the host; its last lines are the reason where it fails. */
export async function runProgram(
  program: string,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C.UTF-8', SOURCE_DATE_EPOCH: epoch },
  });
  const last: string[] = [];
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
    last.push(line.slice(0, 300));
    if (last.length > 5) last.shift();
    onLine?.(line);
  });
  await finish(child, program, () => last.join(' / '));
}

/** SHA-256 of a file, in hex. */
export async function digestFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** What mmdebstrap is told of the packages of an image, wherever they come from. */
export function packageArguments({ packages }: Recipe): string[] {
  return [
    '--variant=essential',
    `--include=${packages.join(',')}`,
    '--aptopt=APT::Install-Recommends "false"',
    ...excluded.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    ...included.map((pattern) => `--dpkgopt=path-include=${pattern}`),
  ];
}

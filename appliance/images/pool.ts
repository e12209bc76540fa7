import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AssayError } from '@assay/sdk';
import { digestFile, packageArguments, runProgram } from './packages.ts';
import type { Recipe } from './recipes.ts';

const run = promisify(execFile);

export interface PoolOptions {
  /** Folder that the packages are put into; what lies there already stays. */
  readonly folder: string;
  /** Package mirror of the site; Debian's own where none is given. */
  readonly mirror?: string;
  readonly onProgress: (what: string) => void;
}

/** @throws AssayError `config.invalid` for a folder that the package tools would take apart */
function requirePlain(folder: string): void {
  if (!/^[A-Za-z0-9/_.+-]+$/.test(folder))
    throw new AssayError(
      'config.invalid',
      `The folder of the pool has characters that package tools read otherwise: ${folder}`,
    );
}

/** What a package says of itself, and where and what its file is, as an index of packages has it. */
async function describePackage(folder: string, file: string): Promise<string> {
  const full = path.join(folder, file);
  const { stdout } = await run('dpkg-deb', ['-f', full]);
  const { size } = await stat(full);
  return `${stdout.trimEnd()}\nFilename: ./${file}\nSize: ${size}\nSHA256: ${await digestFile(full)}\n`;
}

/** Writes the index of a folder of packages, by which apt installs from it: the same packages give the same index. */
export async function writeIndex(folder: string, suite: string): Promise<number> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.deb')).sort();
  const described: string[] = [];
  for (const file of files) described.push(await describePackage(folder, file));
  const index = Buffer.from(described.join('\n'));
  await writeFile(path.join(folder, 'Packages'), index);
  const digest = createHash('sha256').update(index).digest('hex');
  const release = [
    'Origin: Debian',
    `Suite: ${suite}`,
    `Codename: ${suite}`,
    'Date: Thu, 01 Jan 2026 00:00:00 UTC',
    'SHA256:',
    ` ${digest} ${index.length} Packages`,
    '',
  ];
  await writeFile(path.join(folder, 'Release'), release.join('\n'));
  return files.length;
}

/** Fetches every package that these images are made of, for a machine without a network. @returns how many there are */
export async function collectPool(images: readonly Recipe[], options: PoolOptions): Promise<number> {
  const { folder, mirror, onProgress } = options;
  requirePlain(folder);
  await mkdir(folder, { recursive: true });
  for (const recipe of images) {
    onProgress(`packages of ${recipe.name}`);
    await runProgram('mmdebstrap', [
      ...packageArguments(recipe),
      '--format=null',
      '--skip=essential/unlink,cleanup/apt/cache',
      `--customize-hook=sync-out /var/cache/apt/archives ${folder}`,
      recipe.suite,
      '-',
      ...(mirror ? [mirror] : []),
    ]);
    await rm(path.join(folder, 'lock'), { force: true });
    await rm(path.join(folder, 'partial'), { recursive: true, force: true });
  }
  onProgress('index of the packages');
  return writeIndex(folder, images[0]?.suite ?? 'trixie');
}

/**
 * A pool as a source of packages, and the digest of its index, which names the digest of every package in it.
 * @throws AssayError `config.invalid` where there is none
 */
export async function openPool(
  folder: string,
): Promise<{ readonly source: string; readonly digest: string }> {
  requirePlain(folder);
  try {
    const index = await readFile(path.join(folder, 'Packages'));
    // The index is ours and not signed by Debian: whoever carries the pool compares the ids of the images.
    const source = `deb [trusted=yes] copy:${folder} ./`;
    return { source, digest: createHash('sha256').update(index).digest('hex') };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new AssayError(
      'config.invalid',
      `${folder} is no pool of packages; on a machine with a network: assay image pool --pool FOLDER`,
      { cause },
    );
  }
}

import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Takes one file out of a package of Debian trixie, without installing it, and keeps it as `target`. */
export async function fileOfPackage(name: string, file: string, target: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-package-'));
  try {
    const tar = path.join(folder, 'packages.tar');
    const packages = ['--variant=extract', `--include=${name}`];
    await run('mmdebstrap', [...packages, 'trixie', tar], { maxBuffer: 1 << 26 });
    await run('tar', ['-xf', tar, '-C', folder, file]);
    await mkdir(path.dirname(target), { recursive: true });
    await copyFile(path.join(folder, file), `${target}.${process.pid}`);
    await rename(`${target}.${process.pid}`, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

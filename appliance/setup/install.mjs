import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { say } from './say.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const marker = `${root}node_modules/.assay-installed`;

/** What is installed, as the marker says: a digest of the lockfile, and whether development packages are there. */
export function readMarker(file = marker) {
  if (!existsSync(file)) return undefined;
  const [digest, kind] = readFileSync(file, 'utf8').trim().split(' ');
  return { digest, dev: kind === 'dev' };
}

export function lockDigest(file = `${root}package-lock.json`) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** True where what is installed serves: the same lockfile, and development packages if they are needed. */
export function isInstalled(installed, digest, dev) {
  return installed !== undefined && installed.digest === digest && (installed.dev || !dev);
}

function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(explain(output)))));
  });
}

function explain(output) {
  const lines = output.split('\n').filter((line) => /npm error/.test(line));
  const reason =
    lines.map((line) => line.replace(/^npm error\s*/, '')).find((line) => line && !/^code /.test(line)) ??
    output.trim().split('\n').at(-1);
  if (/ENOSPC/.test(output)) return 'The disk is full; the dependencies need about 800 MB.';
  if (/EACCES|EPERM|EROFS/.test(output)) return `The dependencies cannot be written here: ${reason}`;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network/i.test(output))
    return `The package registry cannot be reached; check the network or npm's registry setting. npm said: ${reason}`;
  return `The dependencies could not be installed. npm said: ${reason}`;
}

/** Installs from the lockfile, without install scripts, unless it was done before. */
export async function installDependencies(dev) {
  const digest = lockDigest();
  if (isInstalled(readMarker(), digest, dev)) return;
  rmSync(marker, { force: true });
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...(dev ? [] : ['--omit=dev'])];
  await say.step(`dependencies from the lockfile${dev ? ', with those for development' : ''}`, () =>
    run(args),
  );
  writeFileSync(marker, `${digest} ${dev ? 'dev' : 'run'}\n`);
}

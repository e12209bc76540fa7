#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs on whatever Node 20 or newer there is, and hands over to the Node 24 that comes with the dependencies. */
const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const quiet = '--disable-warning=ExperimentalWarning';

function privateNode() {
  try {
    const folder = path.dirname(
      createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`),
    );
    const file = path.join(folder, 'bin/node');
    return existsSync(file) ? file : undefined;
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

const major = Number(process.versions.node.split('.')[0]);
const node = major >= 24 ? process.execPath : privateNode();
if (node === process.execPath) {
  process.argv[1] = main;
  await import(main);
} else if (node) {
  const child = spawn(node, [quiet, main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself (same terminal); a signal to us alone is passed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
} else {
  process.stderr.write(
    `assay needs Node 24; this is ${process.versions.node}, and the one that comes with Assay is not installed. Run npm start once in its folder.\n`,
  );
  process.exitCode = 1;
}

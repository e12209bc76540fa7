import { globSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** `npm test [FILE…]`, `npm run test:full`: every test file, two at a time, with node's own runner. */
const root = path.resolve(import.meta.dirname, '../..');
const args = process.argv.slice(2);
const full = args.includes('--full');
const named = args.filter((arg) => !arg.startsWith('--'));

const found = globSync('{core,runtimes,plugins,appliance,test}/**/*.test.ts', {
  cwd: root,
  exclude: (file) => /(^|\/)node_modules(\/|$)/.test(String(file)),
})
  .filter((file) => full || !file.startsWith('test/full/'))
  .sort();
const files = (named.length > 0 ? named : found).map((file) => path.resolve(root, file));

let failed = 0;
run({ files, concurrency: 2, cwd: root })
  .on('test:fail', (event) => {
    if (event.todo === undefined) failed += 1;
  })
  .once('end', () => {
    process.exitCode = failed > 0 ? 1 : 0;
  })
  .compose(spec)
  .pipe(process.stdout);

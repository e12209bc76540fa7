import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { canStartEngine, startEngine } from '../../test/engine.ts';

/** `npm test [FILE or FOLDER…]`, `npm run test:full`: every test file, two at a time, with node's own runner. */
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
/** A folder stands for the test files in it. */
const inFolder = (name: string) => found.filter((file) => file.startsWith(`${path.relative(root, name)}/`));
const asked = named.flatMap((name) => {
  const within = inFolder(path.resolve(name));
  return within.length > 0 ? within : [name];
});
const files = (named.length > 0 ? asked : found).map((file) => path.resolve(root, file));
const missing = files.filter((file) => !existsSync(file)).map((file) => path.relative(root, file));
if (missing.length > 0) {
  process.stderr.write(`There is no test file, and no folder with tests, called ${missing.join(', ')}.\n`);
  process.exit(1);
}

/** What the files that need containers find; only where one of them is among those that run. */
const wanted = files.some((file) => /need\('docker'\)/.test(readFileSync(file, 'utf8')));
const engine =
  wanted && canStartEngine() ? await startEngine((line) => process.stdout.write(`${line}\n`)) : undefined;
Object.assign(process.env, engine?.env, full ? { ASSAY_TEST_FULL: 'true' } : {});

let failed = 0;
run({ files, concurrency: 2, cwd: root })
  .on('test:fail', (event) => {
    if (event.todo === undefined) failed += 1;
  })
  .once('end', () => {
    process.exitCode = failed > 0 ? 1 : 0;
    void engine?.stop();
  })
  .compose(spec)
  .pipe(process.stdout);

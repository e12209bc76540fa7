import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { canStartEngine, startEngine } from '../../test/engine.ts';
import { canStartS3, startS3 } from '../../test/s3.ts';

/** `npm test [FILE or FOLDER…]`, `npm run test:full`: every test file, three at a time, with node's own runner. */
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

/** What the files need that are among those that run: a container engine, an S3 server. */
const needed = (name: string) => files.some((file) => readFileSync(file, 'utf8').includes(`need('${name}')`));
const say = (line: string) => process.stdout.write(`${line}\n`);
const servers = await Promise.all([
  needed('docker') && canStartEngine() ? startEngine(say) : undefined,
  needed('s3') && canStartS3() ? startS3(say) : undefined,
]);
for (const server of servers) Object.assign(process.env, server?.env);
Object.assign(process.env, full ? { ASSAY_TEST_FULL: 'true' } : {});

/** What hangs is ended and named: a test after the first, a file that does not end, with all others, after the second. */
const [testMinutes, allMinutes] = full ? [60, 240] : [10, 50];
const minute = 60_000;

let failed = 0;
run({
  ...{ files, concurrency: 3, cwd: root, timeout: testMinutes * minute },
  signal: AbortSignal.timeout(allMinutes * minute),
})
  .on('test:fail', (event) => {
    if (event.todo === undefined) failed += 1;
  })
  .once('end', () => {
    process.exitCode = failed > 0 ? 1 : 0;
    for (const server of servers) void server?.stop();
  })
  .compose(spec)
  .pipe(process.stdout);

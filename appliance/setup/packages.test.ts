import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { buildPackage, publishedPackages } from './packages.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

const program = `
import { AssayError, ToolManifest, readFrames, writeFrame } from '@assay/sdk';
import { type Job, createClient } from '@assay/client';

const client = createClient({ url: 'http://127.0.0.1:1', token: 'none' });
const states: readonly Job['state'][] = ['queued', 'succeeded'];
console.log('question' in ToolManifest.properties, typeof client.submitJob, states.length, typeof readFrames, typeof writeFrame);
console.log(AssayError.is(new AssayError('job.not_found', 'None.'), 'job.not_found'));
`;

describe('packages that others build on', () => {
  let folder: string;
  const packageFolder = (name: string) => path.join(folder, 'node_modules/@assay', name);
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-stranger-'));
    await mkdir(path.join(folder, 'node_modules'));
    for (const name of publishedPackages) await buildPackage(name, packageFolder(name));
    for (const name of [
      'typebox',
      'json-canonicalize',
      'openapi-fetch',
      'openapi-typescript-helpers',
      '@types',
    ])
      await symlink(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('hold what is run, its types and nothing else', async () => {
    for (const name of publishedPackages) {
      const { stdout } = await run('npm', ['pack', '--dry-run', '--json'], { cwd: packageFolder(name) });
      const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
      const names = files.map((file) => file.path);
      for (const needed of ['package.json', 'README.md', 'LICENSE', 'index.js', 'index.d.ts'])
        assert.ok(names.includes(needed), `${name} holds ${needed}`);
      const strange = names.filter(
        (file) => !/(\.js|\.d\.ts|\.schema\.json|package\.json|README\.md|LICENSE)$/.test(file),
      );
      assert.deepEqual(strange, []);
      assert.deepEqual(
        names.filter((file) => file.includes('.test.')),
        [],
      );
    }
  });

  test('a stranger’s program is compiled against them, and runs', async () => {
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    await writeFile(path.join(folder, 'main.ts'), program);
    const options = [
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--strict',
      '--types',
      'node',
      '--outDir',
      'out',
    ];
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, ...options, 'main.ts'], { cwd: folder }).catch((error) => {
      assert.fail(String(error.stdout));
    });
    const { stdout } = await run(process.execPath, ['out/main.js'], { cwd: folder });
    assert.equal(stdout, 'true function 2 function function\ntrue\n');
  });
});

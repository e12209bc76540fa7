import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { testEngine } from '../engine.ts';
import { need } from '../needs.ts';

const run = promisify(execFile);
const assay = path.resolve(import.meta.dirname, '../../appliance/cli/main.ts');

test('images are built with the network taken away, twice, with the ids that a mirror gives', {
  ...need('docker'),
  timeout: 900_000,
}, async (t) => {
  const { socketPath } = await testEngine();
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-offline-'));
  const pool = path.join(folder, 'pool');
  const call = (before: readonly string[], ...args: readonly string[]) => {
    const [file = '', ...rest] = [
      ...before,
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      assay,
      ...args,
    ];
    return run(file, rest, { maxBuffer: 64 * 1024 * 1024 });
  };
  // A network namespace of its own without anything in it, not even loopback.
  const cut = ['unshare', '--net'];
  const build = async (name: string, place: string, ...more: readonly string[]) => {
    const data = path.join(folder, place);
    const flags = ['--data', data, '--socket', socketPath, '--json', ...more];
    const { stdout } = await call(more.length > 0 ? cut : [], 'image', 'build', name, ...flags);
    const sbom = await readFile(path.join(data, 'images', `${name}.cdx.json`), 'utf8');
    return { id: JSON.parse(stdout).image.id as string, sbom };
  };
  try {
    await assert.rejects(run('unshare', ['--net', 'getent', 'hosts', 'example.org']), 'there is a network');
    await call([], 'image', 'pool', '--pool', pool);
    for (const name of ['r-stats', 'py-core']) {
      const [first, again, online] = [
        await build(name, 'first', '--offline', '--pool', pool),
        await build(name, 'again', '--offline', '--pool', pool),
        await build(name, 'online'),
      ];
      t.diagnostic(`${name}: ${first.id}`);
      assert.deepEqual(again, first);
      assert.deepEqual(online, first);
      assert.ok(JSON.parse(first.sbom).components.length > 50);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

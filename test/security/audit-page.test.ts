import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { need } from '../needs.ts';
import { exportOf, Log, leafKey, origin } from './audit-log.ts';

const page = new URL('../../docs/security/audit-log.md', import.meta.url);

const skip = need('openssl').skip || need('python-cryptography').skip;

test('the page for auditors: its lines "by hand" do what it says', { skip }, async (t) => {
  const [, byHand = ''] = (await readFile(page, 'utf8')).split('## By hand');
  const blocks = [...byHand.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
  assert.equal(blocks.length, 3);
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-by-hand-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const log = Log.ofSize(2);
  const checkpoint = await log.checkpoint();
  await writeFile(path.join(folder, 'export.jsonl'), `${exportOf(log.entries, checkpoint).join('\n')}\n`);
  // Debian's own commands, whatever else is on the path.
  const env = { PATH: '/usr/bin:/bin', ORIGIN: origin, LEAF_KEY: leafKey.vkey, LC_ALL: 'C.UTF-8' };
  const script = ['set -eu', ...blocks].join('\n');
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script], { cwd: folder, env });
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    ...log.entries.map(({ hash }) => hash.toString('base64')),
    'Signature Verified Successfully',
    checkpoint.split('\n')[2],
  ]);
});

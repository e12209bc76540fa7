import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeBucket } from '../../core/base/storage/testing/bucket.ts';
import { need } from '../../test/needs.ts';
import { testS3 } from '../../test/s3.ts';

const cli = path.resolve(import.meta.dirname, 'bin/assay.mjs');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('assay storage', () => {
  let folder = '';
  let data = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-storage-'));
    data = path.join(folder, 'data');
    await mkdir(path.join(data, 'objects', 'ws'), { recursive: true, mode: 0o700 });
    for (let i = 0; i < 5; i += 1)
      await writeFile(path.join(data, 'objects', 'ws', `object-${i}`), randomBytes(100_000 * i + 1));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function assay(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    const options = { env: { PATH: process.env.PATH, HOME: folder, ASSAY_DATA: data, ...env } };
    return new Promise((resolve) => {
      execFile(process.execPath, [cli, 'storage', ...args], options, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      );
    });
  }

  /** A configuration file for a new bucket. */
  async function bucketConfig(name: string, over: object = {}): Promise<string> {
    const { endpoint, bucket, accessKey, secretKey } = await makeBucket(testS3());
    const secretKeyFile = path.join(folder, `${name}.secret`);
    await writeFile(secretKeyFile, `${secretKey}\n`, { mode: 0o600 });
    const file = path.join(folder, `${name}.json`);
    const storage = { kind: 's3', endpoint, bucket, accessKey, secretKeyFile, allowHttp: true, ...over };
    await writeFile(file, JSON.stringify({ storage }));
    return file;
  }
  const same = async (other: string) => {
    const own = path.join(data, 'objects', 'ws');
    assert.deepEqual((await readdir(other)).sort(), (await readdir(own)).sort());
    for (const name of await readdir(own))
      assert.ok((await readFile(path.join(other, name))).equals(await readFile(path.join(own, name))));
  };

  test('check: each finding with its verdict, and what to mend with an exit code of its own', async () => {
    const good = await assay(['check', '--json']);
    const { ok, findings } = JSON.parse(good.stdout);
    assert.deepEqual([good.code, ok], [0, true], good.stdout);
    const names = findings.map((each: { name: string }) => each.name);
    assert.deepEqual(names, [
      ...['clock', 'write', 'read', 'range', 'list', 'write once', 'two writers', 'delete', 'permissions'],
    ]);
    await chmod(path.join(data, 'objects'), 0o755);
    const loose = await assay(['check']);
    assert.equal(loose.code, 8);
    assert.match(loose.stdout, /✗ +permissions .*Others may enter[\s\S]*permissions: chmod 700/);
    await chmod(path.join(data, 'objects'), 0o700);
    assert.deepEqual(await readdir(path.join(data, 'objects', 'ws')).then((all) => all.length), 5);
  });

  test('copy to a folder: verified, again it copies nothing, and another object is not replaced', async () => {
    const target = path.join(folder, 'copy');
    const first = await assay(['copy', '--to', target]);
    assert.match(first.stdout, /^5 copied .*, 0 there already, 0 failed/);
    await same(path.join(target, 'ws'));
    await rm(path.join(target, 'ws', 'object-3'));
    assert.match((await assay(['copy', '--to', target])).stdout, /^1 copied .*, 4 there already, 0 failed/);
    await writeFile(path.join(target, 'ws', 'object-2'), 'other');
    const clash = await assay(['copy', '--to', target]);
    assert.equal(clash.code, 8);
    assert.match(clash.stdout, /1 failed[\s\S]*ws\/object-2: The target has another object/);
    assert.equal(await readFile(path.join(target, 'ws', 'object-2'), 'utf8'), 'other');
  });

  test('a bucket: checked, filled from the disk, and back', need('s3'), async () => {
    const config = await bucketConfig('bucket');
    const checked = await assay(['check'], { ASSAY_CONFIG: config });
    assert.equal(checked.code, 0, checked.stdout);
    assert.match(checked.stdout, /✓ +two writers +\d+ ms +one of four/);
    assert.match((await assay(['copy', '--to', config])).stdout, /^5 copied/);
    const back = path.join(folder, 'back');
    assert.match((await assay(['copy', '--to', back], { ASSAY_CONFIG: config })).stdout, /^5 copied/);
    await same(path.join(back, 'ws'));
  });

  test(
    'a bucket that is not there, or a secret that others can read, is said with its remedy',
    need('s3'),
    async () => {
      const config = await bucketConfig('missing', { bucket: 'no-such-bucket' });
      const missing = await assay(['check'], { ASSAY_CONFIG: config });
      assert.equal(missing.code, 8);
      assert.match(missing.stdout, /no such bucket; make it/);
      await chmod(path.join(folder, 'missing.secret'), 0o644);
      const loose = await assay(['check'], { ASSAY_CONFIG: config });
      assert.notEqual(loose.code, 0);
      assert.match(loose.stderr, /chmod 600/);
    },
  );
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AssayError } from '@assay/sdk';
import { openDataDirectory } from './data-directory.ts';
import { explain } from './explain.ts';
import { requireFreePort } from './ports.ts';

describe('data directory', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-directory-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('is made for its owner alone, with a configuration to fill in', async () => {
    const at = path.join(folder, 'new');
    const data = await openDataDirectory({ ASSAY_DATA: at });
    assert.equal(data.config, undefined);
    assert.equal((await stat(at)).mode & 0o777, 0o700);
    for (const name of await readdir(at))
      assert.equal((await stat(path.join(at, name))).mode & 0o077, 0, name);
    await writeFile(path.join(data.scratch, 'left'), 'plaintext of a killed run');
    await data.release();
    const again = await openDataDirectory({ ASSAY_DATA: at });
    assert.deepEqual(again.config, {});
    assert.deepEqual(await readdir(again.scratch), []);
    await again.release();
  });

  test('is held by one process, which the second is told of', async () => {
    const at = path.join(folder, 'held');
    const data = await openDataDirectory({ ASSAY_DATA: at });
    await assert.rejects(
      openDataDirectory({ ASSAY_DATA: at }),
      (error) =>
        AssayError.is(error, 'config.invalid') && error.message.includes(`${at} (process ${process.pid})`),
    );
    await data.release();
    await (await openDataDirectory({ ASSAY_DATA: at })).release();
  });

  test("is not somebody's own folder", async () => {
    const at = path.join(folder, 'own');
    await mkdir(path.join(at, 'scratch'), { recursive: true, mode: 0o755 });
    await writeFile(path.join(at, 'scratch', 'thesis'), 'years of work');
    await assert.rejects(openDataDirectory({ ASSAY_DATA: at }), /holds other things \(scratch\)/);
    assert.equal(await readFile(path.join(at, 'scratch', 'thesis'), 'utf8'), 'years of work');
    assert.equal((await stat(at)).mode & 0o777, 0o755);
  });

  test('a configuration that is missing or no JSON is named', async () => {
    const at = path.join(folder, 'config');
    await mkdir(at);
    await writeFile(path.join(at, 'config.json'), '{ "http": ');
    await assert.rejects(openDataDirectory({ ASSAY_DATA: at }), /config\.json is not JSON/);
    const elsewhere = {
      ASSAY_DATA: path.join(folder, 'config-2'),
      ASSAY_CONFIG: path.join(folder, 'none.json'),
    };
    await assert.rejects(openDataDirectory(elsewhere), /none\.json cannot be read \(ENOENT\)/);
  });
});

test('a port in use is one sentence with a way out', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  await assert.rejects(requireFreePort('127.0.0.1', port), (error) => {
    assert.equal(
      explain(error),
      `Port ${port} is in use; end what uses it, or choose another: ASSAY_HTTP_PORT=${port + 1} npm start`,
    );
    return true;
  });
  server.close();
});

test('what the system says becomes a sentence that says what to do', () => {
  const says = (error: object, words: RegExp) => assert.match(explain(error), words);
  says(
    { code: 'EACCES', path: '/var/x', message: 'x' },
    /^\/var\/x cannot be written by this user; .*ASSAY_DATA/,
  );
  says({ code: 'EACCES', port: 80, address: '127.0.0.1' }, /^Port 80 needs more rights.*ASSAY_HTTP_PORT/);
  says({ code: 'EADDRNOTAVAIL', port: 7400, address: '10.9.9.9' }, /no address 10\.9\.9\.9.*ASSAY_HTTP_HOST/);
  says({ code: 'ENOSPC', path: '/data/x' }, /^The disk is full \(\/data\/x\)/);
  says({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:5432' }, /DATABASE_URL/);
  says(new AssayError('config.invalid', 'So it is.'), /^So it is\.$/);
});

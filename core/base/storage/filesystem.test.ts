import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeObjectStore } from './conformance.ts';
import { openFilesystemStore } from './filesystem.ts';

const run = promisify(execFile);
const program = (name: string): string => fileURLToPath(new URL(`./testing/${name}.ts`, import.meta.url));

async function* single(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describeObjectStore('filesystem', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-store-'));
  const close = () => rm(folder, { recursive: true });
  return { store: openFilesystemStore({ directory: join(folder, 'objects') }), close };
});

describe('filesystem store', () => {
  let folder = '';
  let made = 0;
  const nextDirectory = (): string => join(folder, `store-${made++}`);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-store-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('keeps folders at mode 0700 and files at 0600, and no second name of a file', async () => {
    const directory = nextDirectory();
    const store = openFilesystemStore({ directory });
    await store.put('ws/deep/one', single('x'));
    for (const path of ['.', 'ws', 'ws/deep', '.incoming']) {
      assert.equal((await stat(join(directory, path))).mode & 0o777, 0o700, path);
    }
    const file = await stat(join(directory, 'ws/deep/one'));
    assert.equal(file.mode & 0o777, 0o600);
    assert.equal(file.nlink, 1);
    assert.deepEqual(await readdir(join(directory, '.incoming')), []);
  });

  it('does not list what is no object', async () => {
    const directory = nextDirectory();
    const store = openFilesystemStore({ directory });
    await store.put('ws/one', single('x'));
    await mkdir(join(directory, 'lost+found'));
    await writeFile(join(directory, 'ws/.hidden'), '');
    await writeFile(join(directory, '.incoming/half'), 'x');
    const keys: string[] = [];
    for await (const object of store.list('')) keys.push(object.key);
    assert.deepEqual(keys, ['ws/one']);
    assert.equal(await store.stat('ws'), undefined);
    await store.delete('ws');
    await assert.rejects(store.get('ws'), { code: 'artifact.unreadable' });
    await assert.rejects(store.get('ws/one/two'), { code: 'artifact.unreadable' });
  });

  it('shows nothing of a write whose process was killed, and removes its leftover after a day', async () => {
    const directory = nextDirectory();
    const child = spawn(process.execPath, [program('put-forever'), directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    const store = openFilesystemStore({ directory });
    assert.equal(await store.stat('killed/object'), undefined);
    const incoming = join(directory, '.incoming');
    const [leftover = 'none'] = await readdir(incoming);
    await store.check();
    assert.deepEqual(await readdir(incoming), [leftover]);
    const old = new Date(Date.now() - 86_460_000);
    await utimes(join(incoming, leftover), old, old);
    await store.check();
    assert.deepEqual(await readdir(incoming), []);
    await store.put('killed/object', single('now'));
  });

  it('says in one sentence why a folder cannot be used', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await assert.rejects(openFilesystemStore({ directory: join(file, 'store') }).check(), {
      code: 'storage.unavailable',
      message: /cannot be used.*ENOTDIR.*must be a folder/,
    });
    await assert.rejects(openFilesystemStore({ directory: file }).put('a', single('x')), {
      code: 'storage.unavailable',
    });
  });

  it('on a full disk says storage.full, leaves nothing half-written, and goes on once there is room', async (t) => {
    const directory = nextDirectory();
    await mkdir(directory);
    const mount = `mount -t tmpfs -o size=4m,mode=0700 tmpfs "$1" && exec "$2" "$3" "$1"`;
    const inOwnMounts = ['--user', '--map-root-user', '--mount', 'sh', '-c', mount, 'sh'];
    let output: string;
    try {
      // A disk of 4 MiB that only the child sees and that ends with it.
      output = (await run('unshare', [...inOwnMounts, directory, process.execPath, program('full-disk')]))
        .stdout;
    } catch (error) {
      const reason = (error as { stderr?: string }).stderr ?? String(error);
      if (process.env.CI === 'true' || !/unshare|mount/.test(reason)) throw error;
      t.diagnostic(
        `NOT TESTED: this machine allows no mount namespace (${reason.trim()}); CI=true makes this a failure`,
      );
      return;
    }
    assert.deepEqual(JSON.parse(output), {
      tooLarge: 'storage.full',
      leftAfterTooLarge: [],
      keysAfterTooLarge: ['full/fits'],
      smallCode: 'storage.full',
      check: 'storage.full',
      left: [],
      after: 'none',
      healthy: 'none',
    });
    assert.deepEqual(await readdir(directory), []);
  });
});

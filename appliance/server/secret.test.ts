import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { readSecret } from './secret.ts';

const run = promisify(execFile);
const module = new URL('./secret.ts', import.meta.url).href;
const print = `
  const { readSecret } = await import(${JSON.stringify(module)});
  process.stdout.write(await readSecret('keys.pinFile', process.argv[1]).catch((e) => e.code + ': ' + e.message));`;
const program = (given: string) => ['--input-type=module', '--eval', print, given];

describe('a secret in a file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-secret-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function write(name: string, mode: number, text = 'open sesame\r\nand more\n'): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, text);
    await chmod(file, mode);
    return file;
  }

  test('is its first line, where nobody else may read it', async () => {
    for (const mode of [0o600, 0o400])
      assert.equal(await readSecret('keys.pinFile', await write(`mine-${mode}`, mode)), 'open sesame');
  });

  test('is refused where others may, however the file is named', async () => {
    const from = process.cwd();
    for (const mode of [0o644, 0o640, 0o604, 0o660]) {
      const file = await write(`loose-${mode}`, mode);
      const link = `${file}-link`;
      await symlink(file, link);
      for (const given of [file, path.relative(from, file), `./${path.relative(from, file)}`, link])
        await assert.rejects(readSecret('keys.pinFile', given), {
          code: 'config.invalid',
          message: /Others may read .*chmod 600/,
        });
    }
  });

  test('an empty first line, no file and a folder are said, and where', async () => {
    const empty = await write('empty', 0o600, '\nsecond\n');
    await assert.rejects(
      readSecret('keys.pinFile', empty),
      /keys\.pinFile: the first line of .*empty is empty/,
    );
    await assert.rejects(readSecret('keys.pinFile', path.join(folder, 'none')), /keys\.pinFile: .*ENOENT/);
    await assert.rejects(readSecret('keys.pinFile', folder), /keys\.pinFile: .*EISDIR/);
  });

  test('a file descriptor: a file that came open, and a pipe', async () => {
    const handle = await open(await write('given', 0o644));
    const child = spawn(process.execPath, program('/dev/fd/3'), {
      stdio: ['ignore', 'pipe', 'inherit', handle.fd],
    });
    const [text] = await once(child.stdout as NodeJS.ReadableStream, 'data');
    await once(child, 'exit');
    await handle.close();
    assert.equal(String(text), 'open sesame');
    const piped = ['-c', 'echo open sesame | "$0" "$@"', process.execPath, ...program('/dev/fd/0')];
    assert.equal((await run('/bin/sh', piped)).stdout, 'open sesame');
  });

  test('a credential of systemd: as systemd writes it, in the folder that systemd names, and nowhere else', async () => {
    const credentials = path.join(folder, 'credentials');
    await mkdir(credentials, { mode: 0o700 });
    const ask = async (given: string, env: Record<string, string> = { CREDENTIALS_DIRECTORY: credentials }) =>
      (await run(process.execPath, program(given), { env })).stdout;
    await write('credentials/pin', 0o440);
    await write('credentials/loose', 0o444);
    await write('outside', 0o600);
    assert.equal(await ask('credential:pin'), 'open sesame');
    assert.match(await ask('credential:loose'), /^config\.invalid: Others may read/);
    assert.match(await ask('credential:../outside'), /^config\.invalid: .*ENOENT/);
    assert.match(await ask('credential:pin', {}), /^config\.invalid: .*LoadCredential=/);
    assert.match(await ask(path.join(credentials, 'pin')), /^config\.invalid: Others may read/);
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { digestDirectory } from '@assay/sdk';
import { checkFiles } from './files.ts';

let folder: string;
let plugin: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assay-files-'));
});
after(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  plugin = path.join(folder, 'plugin');
  await rm(plugin, { recursive: true, force: true });
  await mkdir(path.join(plugin, 'tool/cases/one'), { recursive: true });
  for (const file of ['plugin.json', 'README.md', 'LICENSE', 'tool/main.R', 'tool/cases/one/data.csv'])
    await writeFile(path.join(plugin, file), 'Größe\n');
});

const put = (name: string, bytes: string | Buffer = 'text\n') =>
  writeFile(path.join(plugin, 'tool', name), bytes);
const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]);

const refused: Readonly<Record<string, readonly [attack: () => Promise<unknown>, rule: RegExp]>> = {
  'a program of the machine': [() => put('helper', elf), /tool\/helper: files of this kind are not taken/],
  'a library': [() => put('fast.so', elf), /tool\/fast\.so: files of this kind/],
  'an addon of Node': [() => put('fast.node', elf), /tool\/fast\.node: files of this kind/],
  WebAssembly: [() => put('fast.wasm', '\0asm'), /tool\/fast\.wasm: files of this kind/],
  'a program under the name of a text': [
    () => put('read.py', elf),
    /read\.py: is called \.py, but holds no text/,
  ],
  'a text of another encoding': [() => put('read.R', Buffer.from([0xff, 0xfe, 0x41])), /no text in UTF-8/],
  'a script of the shell': [() => put('install.sh'), /install\.sh: files of this kind/],
  'a makefile': [() => put('Makefile'), /Makefile: files of this kind/],
  'scripts of npm': [() => put('package.json', '{"scripts":{"install":"id"}}'), /carried out by installers/],
  'a script of pip': [() => put('setup.py'), /carried out by installers/],
  "a script of Python's start": [() => put('sitecustomize.py'), /carried out by installers/],
  'paths of Python': [() => put('more.pth'), /more\.pth: files of this kind/],
  "a script of R's start": [() => put('.Rprofile'), /the name "\.Rprofile" is not taken/],
  'a package in an archive': [() => put('more.tar.gz'), /more\.tar\.gz: files of this kind/],
  'a name of two lines': [() => put('main\n.R'), /the name "main\\n\.R" is not taken/],
  'a name with a letter that looks alike': [() => put('m\u0430in.R'), /the name "m\\u430in\.R" is not taken/],
  'a name that turns around': [() => put('main\u202eR.txt'), /the name "main\\u202eR\.txt" is not taken/],
  'a name with a backslash': [() => put('..\\..\\main.R'), /is not taken/],
  'two names that one disk takes for one': [() => put('Main.R'), /differs from main\.R|differs from Main\.R/],
  'folders without a floor': [
    () => mkdir(path.join(plugin, 'a/'.repeat(40)), { recursive: true }),
    /lies deeper than 8 folders/,
  ],
};

describe('files that a plugin may not have', () => {
  test('a plugin as it should be has none', async () => {
    assert.deepEqual(await checkFiles(plugin), []);
  });

  for (const [what, [attack, rule]] of Object.entries(refused))
    test(what, async () => {
      await attack();
      assert.match((await checkFiles(plugin)).join('\n'), rule);
    });
});

describe('a folder of which no digest is taken', () => {
  const none: Readonly<Record<string, readonly [attack: () => Promise<unknown>, rule: RegExp]>> = {
    'a link to a file of the host': [
      () => symlink('/etc/passwd', path.join(plugin, 'tool/data.csv')),
      /not a plain file/,
    ],
    'a link to a folder of the host': [() => symlink('/etc', path.join(plugin, 'etc')), /not a plain file/],
    'a pipe, which would never end': [
      async () => execFileSync('/usr/bin/mkfifo', [path.join(plugin, 'tool/data.csv')]),
      /not a plain file/,
    ],
    '2,001 files': [
      async () => {
        for (let i = 0; i < 2001; i += 1) await put(`f${i}.txt`, '');
      },
      /2000 files/,
    ],
    'a file of 65 MB that takes none': [
      async () => {
        await put('data.csv', '');
        await truncate(path.join(plugin, 'tool/data.csv'), 65 * 1024 * 1024);
      },
      /67108864 bytes/,
    ],
  };
  for (const [what, [attack, rule]] of Object.entries(none))
    test(what, async () => {
      await attack();
      await assert.rejects(digestDirectory(plugin), rule);
    });
});

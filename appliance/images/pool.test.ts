import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { containerfileOf } from './containerfile.ts';
import { openPool, writeIndex } from './pool.ts';
import { recipes } from './recipes.ts';
import { describeLayer, readLicences, readStatus } from './sbom.ts';

const run = promisify(execFile);

describe('what an image is made of', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-pool-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function makePackage(name: string, version: string): Promise<void> {
    const root = path.join(folder, 'make', name);
    await mkdir(path.join(root, 'DEBIAN'), { recursive: true });
    const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: test\n`;
    await writeFile(path.join(root, 'DEBIAN/control'), control);
    await run('dpkg-deb', ['--build', root, path.join(folder, `${name}_${version}_all.deb`)]);
  }

  test('a pool has an index of its packages with their digests, the same each time', async () => {
    await assert.rejects(openPool(folder), { code: 'config.invalid' });
    await makePackage('b-tool', '2.0');
    await makePackage('a-tool', '1.0');
    assert.equal(await writeIndex(folder, 'trixie'), 2);
    const index = await readFile(path.join(folder, 'Packages'), 'utf8');
    assert.deepEqual(
      [...index.matchAll(/^Package: (.*)$/gm)].map((match) => match[1]),
      ['a-tool', 'b-tool'],
    );
    const file = await readFile(path.join(folder, 'a-tool_1.0_all.deb'));
    const digest = createHash('sha256').update(file).digest('hex');
    assert.match(
      index,
      new RegExp(`Filename: ./a-tool_1.0_all.deb\nSize: ${file.length}\nSHA256: ${digest}`),
    );
    const before = await openPool(folder);
    assert.match(before.source, /^deb \[trusted=yes\] copy:\//);
    await writeIndex(folder, 'trixie');
    assert.deepEqual(await openPool(folder), before);
    await makePackage('c-tool', '1.0');
    await writeIndex(folder, 'trixie');
    assert.notEqual((await openPool(folder)).digest, before.digest);
  });

  test('a folder that package tools would take apart is refused', async () => {
    for (const name of ["a'; touch x", 'two words', 'a$(x)', 'ä'])
      await assert.rejects(openPool(path.join(folder, name)), { code: 'config.invalid' });
  });

  test('installed packages and the licences that they state', async () => {
    const status =
      'Package: zip\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0-15\nDescription: x\n Version: no\n\nPackage: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1\n\nPackage: a\nStatus: install ok installed\nArchitecture: all\nVersion: 1:2+b1\n';
    assert.deepEqual(readStatus(status), [
      { name: 'a', version: '1:2+b1', architecture: 'all' },
      { name: 'zip', version: '3.0-15', architecture: 'amd64' },
    ]);
    const modern =
      'Format: https://example.org/\nFiles: *\nLicense: GPL-2+\n text\n\nFiles: x\nLicense: Expat\n';
    assert.deepEqual(readLicences(modern), ['Expat', 'GPL-2+']);
    assert.deepEqual(readLicences('see /usr/share/common-licenses/GPL-3 for it'), ['GPL-3']);
    assert.deepEqual(readLicences('do what you like'), []);

    const root = path.join(folder, 'layer');
    await mkdir(path.join(root, 'var/lib/dpkg'), { recursive: true });
    await mkdir(path.join(root, 'usr/share/doc/zip'), { recursive: true });
    await writeFile(path.join(root, 'var/lib/dpkg/status'), status);
    await writeFile(path.join(root, 'usr/share/doc/zip/copyright'), modern);
    await run('ln', ['-s', '/etc', path.join(root, 'usr/share/doc/a')]);
    const layer = path.join(folder, 'layer.tar');
    await run('tar', ['-C', root, '-cf', layer, '.']);
    const [recipe] = recipes;
    assert.ok(recipe);
    const sbom = await describeLayer(recipe, 'sha256:00', layer, folder);
    assert.deepEqual(
      sbom.components.map(({ purl, licenses }) => [purl, licenses.map(({ license }) => license.name)]),
      [
        ['pkg:deb/debian/a@1%3A2%2Bb1?arch=all&distro=trixie', []],
        ['pkg:deb/debian/zip@3.0-15?arch=amd64&distro=trixie', ['Expat', 'GPL-2+']],
      ],
    );
  });

  test('a Containerfile has the packages, the programs and the configuration of the recipe', () => {
    for (const recipe of recipes) {
      const text = containerfileOf(recipe);
      for (const each of [...recipe.packages, ...recipe.entry.files, recipe.command, 'USER 65534:65534'])
        assert.ok(text.includes(each), each);
    }
  });
});

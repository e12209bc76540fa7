import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type Dockerd, startDockerd, testEngine } from '../../test/engine.ts';
import { need } from '../../test/needs.ts';
import { exportImage, type ImageFinding, importImage, readImages, recipes, verifyImage } from './index.ts';

const run = promisify(execFile);
const recipe = recipes.find(({ name }) => name === 'py-core') ?? assert.fail('a recipe');

describe('images between machines', need('docker'), () => {
  let folder = '';
  let here: { dataDirectory: string; socketPath: string; onProgress: () => void };
  let there: typeof here;
  let second: Dockerd;
  let id = '';
  let archive = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-exchange-'));
    const engine = await testEngine();
    id = engine.images.find(({ name }) => name === recipe.name)?.id ?? assert.fail('the image');
    second = await startDockerd(path.join(folder, 'engine'));
    const place = async (name: string, socketPath: string) => {
      const dataDirectory = path.join(folder, name);
      await mkdir(dataDirectory);
      return { dataDirectory, socketPath, onProgress: () => undefined };
    };
    here = await place('here', engine.socketPath);
    there = await place('there', second.socketPath);
    await writeFile(path.join(here.dataDirectory, 'images.json'), JSON.stringify(engine.images));
    archive = path.join(folder, 'image.tar');
  });
  after(async () => {
    await second?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const verify = (at: typeof here, of = recipe): Promise<ImageFinding[]> =>
    Array.fromAsync(
      verifyImage(of, { record: path.join(at.dataDirectory, 'images.json'), socketPath: at.socketPath }),
    );
  const ofWhat = (findings: readonly ImageFinding[]) => findings.map(({ name, ok }) => [name, ok]);

  test('one that is built is found well; none, one that is gone, and one of another release are not', async () => {
    const well = [
      ['recorded', true],
      ['in the engine', true],
      ['entry programs', true],
      ['starts', true],
    ];
    assert.deepEqual(ofWhat(await verify(here)), well);
    assert.deepEqual(ofWhat(await verify(there)), [['recorded', false]]);
    const record = path.join(there.dataDirectory, 'images.json');
    await writeFile(record, JSON.stringify([{ name: recipe.name, id, version: 'x' }]));
    assert.deepEqual(ofWhat(await verify(there)), [
      ['recorded', true],
      ['in the engine', false],
    ]);
    await rm(record);
    const entry = { ...recipe.entry, files: recipe.entry.files.slice(1) };
    const [, , programs] = await verify(here, { ...recipe, entry });
    assert.deepEqual(
      [programs?.ok, programs?.detail],
      [false, 'those of another release: assay image build py-core'],
    );
  });

  test('saved here, it is loaded there under the same id, and found well', async () => {
    const saved = await exportImage(recipe, archive, here);
    assert.equal(saved.image.id, id);
    assert.deepEqual([(await stat(archive)).size, (await stat(archive)).mode & 0o777], [saved.bytes, 0o600]);
    await assert.rejects(exportImage(recipe, archive, here), /cannot be written \(EEXIST\)/);
    await assert.rejects(exportImage(recipe, path.join(folder, 'none'), there), /is not built here/);
    const other = `sha256:${'0'.repeat(64)}`;
    await assert.rejects(importImage(archive, other, there), /is sha256:[0-9a-f]{64}, not sha256:0{64}/);
    assert.deepEqual(await readImages(path.join(there.dataDirectory, 'images.json')), []);
    const image = await importImage(archive, id, there);
    assert.equal(image.id, id);
    assert.ok((await verify(there)).every(({ ok }) => ok));
  });

  test('an archive that is none, holds none of ours, or one with other rights, is refused before it is loaded', async () => {
    const text = path.join(folder, 'text.tar');
    await writeFile(text, 'not an archive\n');
    await assert.rejects(importImage(text, undefined, there), /is no archive of an image/);
    const unpacked = path.join(folder, 'unpacked');
    await mkdir(unpacked);
    await run('tar', ['-xf', archive, '-C', unpacked]);
    const manifest = path.join(unpacked, 'manifest.json');
    const [{ Config }] = JSON.parse(await readFile(manifest, 'utf8'));
    const file = path.join(unpacked, Config);
    const own = JSON.parse(await readFile(file, 'utf8'));
    const altered = path.join(folder, 'altered.tar');
    async function refuses(config: object, reason: RegExp): Promise<void> {
      await writeFile(file, JSON.stringify({ ...own, config: { ...own.config, ...config } }));
      await run('tar', ['-cf', altered, '-C', unpacked, 'manifest.json', Config]);
      await assert.rejects(importImage(altered, undefined, there), reason);
    }
    await refuses({ User: '0:0' }, /not configured as py-core of this release: its User differs/);
    await refuses({ Entrypoint: ['/bin/sh'] }, /its Entrypoint differs/);
    await refuses({ Labels: { 'assay.image': 'other' } }, /holds no image of Assay/);
    await writeFile(manifest, '[]');
    await run('tar', ['-cf', altered, '-C', unpacked, 'manifest.json']);
    await assert.rejects(importImage(altered, undefined, there), /must hold exactly one image/);
  });
});

import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadPlugins } from '@assay/core/plugins';
import {
  changeStanding,
  type Gate,
  readInstalled,
  removeVersion,
  type Stock,
  sourceOf,
  stockRelease,
} from '@assay/core/plugins/installed';
import { packPlugin } from '@assay/core/plugins/package';
import { noTrust, type ReleaseList } from '@assay/core/plugins/trust';
import { createValidator } from '@assay/core/validation';
import { createTrial, type Trial } from '@assay/core/validation/trial';

const entries = await readdir(import.meta.dirname, { withFileTypes: true });
const names = entries.filter((e) => e.isDirectory()).map((e) => e.name);
const release = JSON.parse(
  await readFile(path.join(import.meta.dirname, 'admitted.json'), 'utf8'),
) as ReleaseList;

/** What the release ships must hold to the rules that it has for others: no tool has another way in. */
describe('shipped plugins come by the road of all packages', () => {
  let place: string;
  let trial: Trial;
  let gate: Gate;
  let stock: Stock;
  const copyOf = (name: string) => path.join(place, 'release', name);
  const filesOf = (name: string, version = '1.0.0') => path.join(gate.store, name, version, 'files');

  before(async () => {
    place = await mkdtemp(path.join(tmpdir(), 'assay-shipped-'));
    trial = createTrial();
    gate = { store: path.join(place, 'store'), policy: noTrust, release, trial, now: new Date() };
    for (const name of names)
      await cp(path.join(import.meta.dirname, name), copyOf(name), { recursive: true });
    stock = { folders: names.map(copyOf), by: 'Assay 0.1.0' };
  });
  after(async () => {
    await trial?.close();
    await rm(place, { recursive: true, force: true });
  });

  const sources = async (at: Gate = gate) =>
    Promise.all((await readInstalled(at.store)).map((each) => sourceOf(each, at)));
  const find = async (name: string, at?: Gate, version = '1.0.0') =>
    (await sources(at)).find((each) => each.name === name && each.version === version);

  for (const name of names)
    test(`${name}: another checkout gives the package that the release lists`, async () => {
      const [packed, again] = await Promise.all([
        packPlugin(path.join(import.meta.dirname, name)),
        packPlugin(copyOf(name)),
      ]);
      assert.equal(packed.sha256, again.sha256);
      assert.equal(packed.digest, release[name]?.[packed.version]);
    });

  test('they are unpacked, tried and installed with a receipt, and load as the release’s', async () => {
    assert.deepEqual(await stockRelease(gate, stock), []);
    const installed = await readInstalled(gate.store);
    assert.deepEqual(
      installed.map(({ receipt }) => [receipt.name, receipt.publisher, receipt.by, receipt.keys]),
      names.sort().map((name) => [name, 'Assay', 'Assay 0.1.0', []]),
    );
    const { plugins } = await loadPlugins(createValidator(), await sources());
    for (const plugin of plugins) {
      const { name, state, trust, signature, reasons } = plugin;
      assert.deepEqual([name, state, trust, signature, reasons], [name, 'enabled', 'shipped', 'shipped', []]);
    }
  });

  test('a second start writes nothing', async () => {
    const before = await stat(path.join(gate.store, 'table', '1.0.0'));
    assert.deepEqual(await stockRelease(gate, stock), []);
    assert.equal((await stat(path.join(gate.store, 'table', '1.0.0'))).ino, before.ino);
  });

  test('one that was altered is shown as that, and removing it puts it right; a sound one stays', async () => {
    await assert.rejects(removeVersion(gate, stock, { name: 'table', version: '1.0.0' }), {
      code: 'plugin.in_use',
    });
    await appendFile(path.join(filesOf('table'), 'plugin.json'), '\n');
    const altered = await find('table');
    assert.deepEqual([altered?.signature, altered?.admitted], ['modified', undefined]);
    assert.match(altered?.refused?.[0] ?? '', /have digest sha256:\w+; the release vouches for sha256:\w+/);
    await removeVersion(gate, stock, { name: 'table', version: '1.0.0' });
    await stockRelease(gate, stock);
    assert.deepEqual(
      [(await find('table'))?.signature, (await find('table'))?.trust],
      ['shipped', 'shipped'],
    );
  });

  test('a receipt that calls itself the release’s is none', async () => {
    const folder = path.join(gate.store, 'survival');
    await cp(path.join(folder, '1.0.0'), path.join(folder, '9.0.0'), { recursive: true });
    const receipt = path.join(folder, '9.0.0', 'receipt.json');
    await writeFile(receipt, (await readFile(receipt, 'utf8')).replace('"1.0.0"', '"9.0.0"'));
    const forged = await find('survival', gate, '9.0.0');
    assert.deepEqual([forged?.signature, forged?.admitted], ['modified', undefined]);
    await rm(path.join(folder, '9.0.0'), { recursive: true });
  });

  test('a folder of the release that is not what it lists is not installed, and says why', async () => {
    const folder = path.join(place, 'altered', 'explore');
    await cp(copyOf('explore'), folder, { recursive: true });
    await appendFile(path.join(folder, 'describe', 'main.R'), '\n# and more\n');
    const [refused, ...others] = await stockRelease(gate, { ...stock, folders: [folder] });
    assert.deepEqual([refused?.name, refused?.admitted, others], ['explore', undefined, []]);
    assert.match(refused?.refused?.[0] ?? '', /the release vouches for sha256/);
    assert.equal((await find('explore'))?.trust, 'shipped', 'what is installed goes on');
  });

  test('an upgrade leaves the version of before beside the new one, while the release vouches for it', async () => {
    const folder = path.join(place, 'next', 'table');
    await cp(copyOf('table'), folder, { recursive: true });
    await rm(path.join(folder, 'sbom.cdx.json'));
    const manifest = path.join(folder, 'plugin.json');
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"1.0.0"', '"1.1.0"'));
    const { digest } = await packPlugin(folder);
    const next = { ...gate, release: { ...release, table: { ...release.table, '1.1.0': digest } } };
    assert.deepEqual(await stockRelease(next, { folders: [folder], by: 'Assay 0.2.0' }), []);
    const loaded = await loadPlugins(createValidator(), await sources(next));
    assert.equal(loaded.find('table/profile')?.version, '1.1.0');
    assert.equal(loaded.find('table/profile', '^1.0 <1.1')?.version, '1.0.0');
    const without = { ...next, release: { ...release, table: { '1.1.0': digest } } };
    const dropped = await find('table', without);
    assert.match(dropped?.refused?.[0] ?? '', /the release vouches for no such version/);
    await removeVersion(next, { folders: [folder], by: '' }, { name: 'table', version: '1.0.0' });
    assert.equal(await find('table', next), undefined, 'an earlier version can be taken away');
  });

  test('the same version as it was before its release gives way, and what an operator said of it stays', async () => {
    const folder = path.join(place, 'work', 'prepare');
    await cp(copyOf('prepare'), folder, { recursive: true });
    await appendFile(path.join(folder, 'README.md'), '\nMore.\n');
    const { digest } = await packPlugin(folder);
    await changeStanding(gate.store, { name: 'prepare', version: '1.0.0' }, { deprecated: 'for a test' });
    const work = { ...gate, release: { ...release, prepare: { '1.0.0': digest } } };
    assert.deepEqual(await stockRelease(work, { folders: [folder], by: 'Assay' }), []);
    const { deprecated, admitted, trust } = (await find('prepare', work)) ?? {};
    assert.deepEqual([deprecated, admitted, trust], ['for a test', digest, 'shipped']);
  });
});

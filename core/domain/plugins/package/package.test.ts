import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestDirectory } from '@assay/sdk';
import { type Header, pack } from 'tar-stream';
import { type Rule, rules } from '../refuse.ts';
import { scratch, writeSmallPlugin } from '../testing/plugin.ts';
import { type Packed, packPlugin, unpackPackage, writeContents } from './index.ts';

let place: Awaited<ReturnType<typeof scratch>>;
let folder: string;
let packed: Packed;
before(async () => {
  place = await scratch();
  folder = await writeSmallPlugin(place.folder);
  packed = await packPlugin(folder);
});
after(() => place.remove());

type Entries = readonly (readonly [header: Partial<Header> & Pick<Header, 'name'>, content?: string])[];

/** An archive of someone who holds to no rule. */
async function archiveOf(entries: Entries): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) archive.entry(header, content ?? '');
  archive.finalize();
  return gzipSync(await buffer(archive));
}

const manifest = JSON.stringify({
  ...{ edition: '2026-11-01', name: 'acme-dose', version: '1.0.0', title: 'Dose', description: 'Doses.' },
  ...{ publisher: 'Acme', license: 'Apache-2.0', tools: ['mean'] },
});
/** A plugin's archive with something more. */
const withMore = (...entries: Entries) => archiveOf([[{ name: 'plugin.json' }, manifest], ...entries]);
const many = (count: number): Entries => Array.from({ length: count }, (_, i) => [{ name: `f${i}.txt` }]);

const attacks: Readonly<Record<string, readonly [attack: () => Promise<Buffer> | Buffer, rule: Rule]>> = {
  'a way out of the folder': [() => withMore([{ name: '../out.txt' }]), 'package.path'],
  'a way out from further below': [() => withMore([{ name: 'mean/../../out.txt' }]), 'package.path'],
  'a path from the root': [() => withMore([{ name: '/etc/cron.d/x.txt' }]), 'package.path'],
  'a path of Windows': [() => withMore([{ name: '..\\out.txt' }]), 'package.path'],
  'a drive of Windows': [() => withMore([{ name: 'C:out.txt' }]), 'package.path'],
  'a folder that does not move': [() => withMore([{ name: 'mean/./main.R' }]), 'package.path'],
  'an empty part of a path': [() => withMore([{ name: 'mean//main.R' }]), 'package.path'],
  'a name that starts with a dot': [() => withMore([{ name: '.npmrc' }]), 'package.path'],
  'a name with a line break': [() => withMore([{ name: 'a\nb.txt' }]), 'package.path'],
  'a name like a member of every object': [() => withMore([{ name: '__proto__' }]), 'package.path'],
  'a name in letters that look alike': [() => withMore([{ name: 'm\u0435an.txt' }]), 'package.path'],
  'a path too deep': [() => withMore([{ name: `${'d/'.repeat(9)}f.txt` }]), 'package.path'],
  'a file twice, the second another': [
    () => withMore([{ name: 'a.txt' }, 'one'], [{ name: 'a.txt' }, 'two']),
    'package.path',
  ],
  'two files that one disk takes for one': [
    () => withMore([{ name: 'a.txt' }], [{ name: 'A.txt' }]),
    'package.path',
  ],
  'a file below a file': [() => withMore([{ name: 'a' }], [{ name: 'a/b.txt' }]), 'package.path'],
  'a symbolic link': [() => withMore([{ name: 'mean', type: 'symlink', linkname: '/etc' }]), 'package.kind'],
  'a hard link': [() => withMore([{ name: 'a.txt', type: 'link', linkname: 'plugin.json' }]), 'package.kind'],
  'a link, then a file through it': [
    () => withMore([{ name: 'd', type: 'symlink', linkname: '/tmp' }], [{ name: 'd/f.txt' }, 'x']),
    'package.kind',
  ],
  'a device': [
    () => withMore([{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }]),
    'package.kind',
  ],
  'a pipe': [() => withMore([{ name: 'pipe', type: 'fifo' }]), 'package.kind'],
  'a folder': [() => withMore([{ name: 'mean', type: 'directory' }]), 'package.kind'],
  '2001 files': [() => withMore(...many(2001)), 'package.too-large'],
  '100,000 files': [() => withMore(...many(100_000)), 'package.too-large'],
  'a bomb: 300 MB in 300 kB': [() => gzipSync(Buffer.alloc(300e6)), 'package.too-large'],
  'a bomb of several members': [
    () => Buffer.concat(Array.from({ length: 12 }, () => gzipSync(Buffer.alloc(10e6)))),
    'package.too-large',
  ],
  'more bytes than any package': [() => Buffer.alloc(80 * 1024 * 1024), 'package.too-large'],
  nothing: [() => Buffer.alloc(0), 'package.unreadable'],
  'no archive': [() => gzipSync('hello'), 'package.unreadable'],
  'no gzip': [() => Buffer.from('PK\u0003\u0004'), 'package.unreadable'],
  'an archive cut short': [() => packed.bytes.subarray(0, packed.bytes.length - 200), 'package.unreadable'],
  'an archive without a manifest': [() => archiveOf([[{ name: 'a.txt' }]]), 'package.manifest'],
  'a manifest that is none': [() => archiveOf([[{ name: 'plugin.json' }, '{"name":']]), 'package.manifest'],
  'a manifest with a version that is none': [
    () => archiveOf([[{ name: 'plugin.json' }, manifest.replace('1.0.0', '../../1.0.0')]]),
    'package.manifest',
  ],
};

describe('packages that are not let in', () => {
  for (const [what, [attack, rule]] of Object.entries(attacks))
    test(what, async () => {
      await assert.rejects(
        Promise.resolve(attack()).then(unpackPackage),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'plugin.refused', error.stack);
          assert.ok(error.message.endsWith(`Rule ${rule}: ${rules[rule]}.`), error.message);
          return true;
        },
      );
    });

  test('a real archive of tar with a link and a device, made by tar itself', async () => {
    const made = path.join(place.folder, 'real');
    await cp(folder, made, { recursive: true });
    execFileSync('ln', ['-s', '/etc/passwd', path.join(made, 'mean/data.csv')]);
    const bytes = execFileSync('tar', [
      '-czf',
      '-',
      '-C',
      made,
      'plugin.json',
      'mean/data.csv',
      'mean/main.R',
    ]);
    await assert.rejects(unpackPackage(bytes), /mean\/data\.csv is a symlink\. Rule package\.kind/);
  });
});

describe('a package', () => {
  test('is the same wherever and whenever its plugin is packed', async () => {
    const other = path.join(place.folder, 'another/checkout', 'acme-dose');
    await mkdir(other, { recursive: true });
    // Written in another order, with other rights and dates.
    for (const file of (await readdir(folder, { recursive: true })).sort().reverse())
      await cp(path.join(folder, file), path.join(other, file), { recursive: true });
    await utimes(path.join(other, 'plugin.json'), 1, 1);
    execFileSync('chmod', ['-R', 'a+x', other]);
    const again = await packPlugin(other);
    assert.equal(again.sha256, packed.sha256);
    assert.ok(again.bytes.equals(packed.bytes));
    assert.equal(again.digest, packed.digest);
  });

  test('is read by tar, and holds what it was made from and the list of what it needs', async () => {
    const listed = execFileSync('tar', ['-tzf', '-'], { input: packed.bytes, encoding: 'utf8' });
    assert.deepEqual(listed.trim().split('\n'), [
      'mean/main.R',
      'mean/tool.json',
      'plugin.json',
      'sbom.cdx.json',
    ]);
    const list = execFileSync('tar', ['-xzOf', '-', 'sbom.cdx.json'], {
      input: packed.bytes,
      encoding: 'utf8',
    });
    const { bomFormat, specVersion, metadata, components } = JSON.parse(list);
    assert.deepEqual([bomFormat, specVersion], ['CycloneDX', '1.7']);
    assert.deepEqual(metadata.component.licenses, [{ expression: 'Apache-2.0' }]);
    assert.deepEqual(components, [
      { type: 'library', name: 'r', isExternal: true, versionRange: 'vers:generic/>=4.2' },
      { type: 'library', name: 'survival', isExternal: true, versionRange: 'vers:generic/>=3.2' },
    ]);
  });

  test('unpacks to the folder whose digest it has, and packs to itself again', async () => {
    const unpacked = await unpackPackage(packed.bytes);
    assert.deepEqual([unpacked.name, unpacked.version], ['acme-dose', '1.0.0']);
    assert.equal(unpacked.digest, packed.digest);
    assert.deepEqual(unpacked.files, packed.files);
    const into = path.join(place.folder, 'unpacked');
    await writeContents(unpacked, into);
    assert.equal(await digestDirectory(into), packed.digest);
    assert.equal((await packPlugin(into)).sha256, packed.sha256);
    await assert.rejects(writeContents(unpacked, into), { code: 'EEXIST' });
  });

  test('is not made with a list of needs that says something else', async () => {
    const other = path.join(place.folder, 'lying');
    await cp(folder, other, { recursive: true });
    await writeFile(path.join(other, 'sbom.cdx.json'), '{}');
    await assert.rejects(packPlugin(other), {
      code: 'plugin.manifest_invalid',
      message: /sbom\.cdx\.json is written/,
    });
    await rename(path.join(other, 'plugin.json'), path.join(other, 'plugin.txt'));
    await assert.rejects(packPlugin(other), { code: 'plugin.manifest_invalid', message: /no plugin\.json/ });
  });
});

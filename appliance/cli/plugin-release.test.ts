import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { need } from '../../test/needs.ts';
import { exitCodes } from './exit.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assay-release-'));
  await assay('plugin', 'create', 'acme-dose', '--language', 'r', '--publisher', 'Acme');
});
after(() => rm(folder, { recursive: true, force: true }));

/** A command of an author, in the folder of the test, without an appliance. */
function assay(...given: string[]): Promise<{ code: number; output: string; said: string }> {
  const args = ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'main.ts'), ...given];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (error, output, said) =>
      resolve({ code: Number(error?.code ?? 0), output, said }),
    );
  });
}

describe('a plugin is packed and signed on its author’s machine', () => {
  test('the same in two checkouts; each key signs in a file of its own', async () => {
    for (const checkout of ['one', 'two']) {
      await mkdir(path.join(folder, checkout));
      await cp(path.join(folder, 'acme-dose'), path.join(folder, checkout, 'acme-dose'), { recursive: true });
      const packed = await assay('plugin', 'pack', `${checkout}/acme-dose`, '--into', checkout);
      assert.equal(packed.code, exitCodes.ok, packed.said);
      assert.match(packed.output, /^plugin {2}sha256:[0-9a-f]{64}\npackage sha256:[0-9a-f]{64}$/m);
    }
    const file = 'acme-dose-0.1.0.tgz';
    const [one, two] = await Promise.all(['one', 'two'].map((at) => readFile(path.join(folder, at, file))));
    assert.ok(one?.equals(two as Buffer));
    await writeFile(path.join(folder, 'words'), 'long and secret\n');
    assert.equal((await assay('plugin', 'key', 'first.pem')).code, exitCodes.ok);
    const second = await assay(
      'plugin',
      'key',
      'second.pem',
      '--kind',
      'p-256',
      '--passphrase-file',
      'words',
    );
    assert.match(second.output, /^key [0-9a-f]{64}$/m);
    assert.equal((await stat(path.join(folder, 'second.pem'))).mode & 0o777, 0o600);
    for (const given of [['first.pem'], ['second.pem', '--passphrase-file', 'words']]) {
      const signed = await assay('plugin', 'sign', `one/${file}`, '--key', ...given);
      assert.equal(signed.code, exitCodes.ok, signed.said);
    }
    const there = await readdir(path.join(folder, 'one'));
    assert.equal(there.filter((name) => /\.tgz\.[0-9a-f]{16}\.sigstore\.json$/.test(name)).length, 2);
  });

  const misuses: Readonly<Record<string, readonly [given: string[], code: number, said: RegExp]>> = {
    'a key over another': [['key', 'taken.pem'], exitCodes.usage, /taken\.pem is there already/],
    'a package that is not there': [
      ['sign', 'no.tgz', '--key', 'taken.pem'],
      exitCodes.usage,
      /no\.tgz cannot be read/,
    ],
    'a package that is none': [
      ['sign', 'taken.pem', '--key', 'taken.pem'],
      exitCodes.usage,
      /not gzipped.*Rule package\.unreadable/,
    ],
    'a passphrase that is not there': [
      ['key', 'k.pem', '--passphrase-file', 'none'],
      exitCodes.usage,
      /none cannot be read/,
    ],
    'a passphrase that is empty': [
      ['key', 'k.pem', '--passphrase-file', 'empty'],
      exitCodes.usage,
      /no passphrase in its first/,
    ],
    'a plugin that is not sound': [
      ['pack', 'broken'],
      exitCodes.unsound,
      /plugin\.json.*cannot be read[\s\S]*Nothing was packed/,
    ],
  };
  for (const [what, [given, code, said]] of Object.entries(misuses))
    test(what, async () => {
      await writeFile(path.join(folder, 'taken.pem'), 'something\n');
      await writeFile(path.join(folder, 'empty'), '\n');
      await mkdir(path.join(folder, 'broken'), { recursive: true });
      const told = await assay('plugin', ...given);
      assert.equal(told.code, code, told.said);
      assert.match(told.said, said);
      assert.doesNotMatch(told.said, /\n {4}at /);
    });

  test('a public key signs nothing, and a wrong passphrase opens nothing', async () => {
    const file = path.join('one', 'acme-dose-0.1.0.tgz');
    const open = await assay('plugin', 'sign', file, '--key', 'first.pem.pub');
    assert.deepEqual([open.code, /no private key in PEM/.test(open.said)], [exitCodes.usage, true]);
    const shut = await assay('plugin', 'sign', file, '--key', 'second.pem');
    assert.deepEqual(
      [shut.code, /has another passphrase, or needs one/.test(shut.said)],
      [exitCodes.usage, true],
    );
  });
});

describe('an operator decides whom to trust', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const list = {
    ...{ edition: '2026-11-01', number: 1, issued: '2026-11-01T00:00:00Z', expires: '2027-11-01T00:00:00Z' },
    ...{ keys: [], plugins: [{ digest, reason: 'wrong' }] },
  };
  before(async () => {
    for (const who of ['author', 'officer']) await assay('plugin', 'key', `${who}.pem`);
  });

  test('a policy grows by publisher and by revoker; what makes no sense leaves it as it was', async () => {
    const trust = (...given: string[]) => assay('plugin', 'trust', ...given, '--policy', 'policy.json');
    const made = await trust('author.pem.pub', '--publisher', 'Acme', '--plugins', 'acme', '--own');
    assert.match(made.output, /policy\.json trusts Acme with acme and acme-…/);
    assert.match(
      (await trust('officer.pem.pub', '--revoker')).output,
      /takes lists of what is revoked from officer/,
    );
    const written = await readFile(path.join(folder, 'policy.json'), 'utf8');
    const { publishers, revocationKeys } = JSON.parse(written);
    assert.deepEqual([publishers.length, publishers[0].own, revocationKeys.length], [1, true, 1]);
    for (const [given, said] of [
      [['author.pem', '--publisher', 'Acme', '--plugins', 'acme'], /author\.pem is a private key/],
      [
        ['author.pem.pub', '--publisher', 'Zenith', '--plugins', 'acme-dose'],
        /gives names to two publishers/,
      ],
      [['author.pem.pub', '--publisher', 'Acme', '--plugins', 'acme', '--threshold', '2'], /asks for 2 keys/],
      [['author.pem.pub'], /A publisher has a --publisher and --plugins/],
      [['nowhere.pub', '--revoker'], /nowhere\.pub cannot be read/],
    ] as const) {
      const told = await trust(...given);
      assert.deepEqual([told.code, said.test(told.said)], [exitCodes.usage, true], told.said);
    }
    assert.equal(await readFile(path.join(folder, 'policy.json'), 'utf8'), written);
  });

  test('a list of what is revoked is signed as it was written; one that is none is not', async () => {
    await writeFile(path.join(folder, 'revoked.json'), JSON.stringify(list));
    const signed = await assay('plugin', 'sign-revocations', 'revoked.json', '--key', 'officer.pem');
    assert.match(signed.output, /^revoked\.json\.sigstore\.json$/m);
    const bundle = JSON.parse(await readFile(path.join(folder, 'revoked.json.sigstore.json'), 'utf8'));
    assert.deepEqual(JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()), list);
    await writeFile(path.join(folder, 'bad.json'), JSON.stringify({ ...list, number: 0 }, null, 2));
    const bad = await assay('plugin', 'sign-revocations', 'bad.json', '--key', 'officer.pem');
    assert.deepEqual(
      [bad.code, /The list, line 3: .*must be 1 or more/.test(bad.said)],
      [exitCodes.usage, true],
      bad.said,
    );
  });
});

describe('what changed between two versions', () => {
  const change = async (file: string, from: string, to: string) => {
    const place = path.join(folder, 'next', file);
    const text = await readFile(place, 'utf8');
    assert.ok(text.includes(from), `${file} holds ${from}`);
    await writeFile(place, text.replace(from, to));
  };

  test('is told by what it is about; cases of the old one that the new one breaks are found', {
    ...need('bwrap'),
    timeout: 120_000,
  }, async () => {
    await assay('plugin', 'create', 'acme-rate', '--language', 'typescript');
    await assay('plugin', 'pack', 'acme-rate');
    await cp(path.join(folder, 'acme-rate'), path.join(folder, 'next/acme-rate'), { recursive: true });
    const same = await assay('plugin', 'diff', 'acme-rate-0.1.0.tgz', 'next/acme-rate');
    assert.match(same.output, /^acme-rate 0\.1\.0 -> acme-rate 0\.1\.0\nNo file of either differs/);
    await change('acme-rate/plugin.json', '"0.1.0"', '"1.0.0"');
    await change('acme-rate/mean/tool.json', '"memoryMb": 1024', '"memoryMb": 2048');
    await change('acme-rate/mean/tool.json', '"Mean of a column"', '"Average of a column"');
    await change('acme-rate/mean/tool.json', '"maxRows": 5000000', '"maxRows": 10');
    await change('acme-rate/mean/main.ts', '(n - 1)', 'n');
    const told = await assay('plugin', 'diff', 'acme-rate-0.1.0.tgz', 'next/acme-rate', '--cases');
    assert.equal(told.code, exitCodes.unsound, told.said);
    assert.match(told.output, /^asks for\n {2}- acme-rate\/mean limits\.memoryMb: 1024\n {2}\+ .*: 2048$/m);
    assert.match(told.output, /^inputs\n {2}- acme-rate\/mean inputs: .*5000000/m);
    assert.match(
      told.output,
      /^text\n {2}- acme-rate\/mean title: "Mean of a column"\n {2}\+ .*"Average of a column"$/m,
    );
    assert.match(told.output, /^program\n {2}- files\.mean\/main\.ts/m);
    assert.match(told.said, /✗ acme-rate\/mean eight-values \(sandbox\)\n\s+sd: expected/);
    assert.match(told.said, /✓ acme-rate\/mean edge-one-value/);
  });

  test('of what is no version is said', async () => {
    const { code, said } = await assay('plugin', 'diff', 'nowhere', 'acme-dose');
    assert.deepEqual([code, /There is no nowhere/.test(said)], [exitCodes.usage, true]);
  });
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { type FipsSetup, makeFips } from '../../../test/fips.ts';
import { need } from '../../../test/needs.ts';
import { type FipsEvidence, selfTestFips } from './fips.ts';

const run = promisify(execFile);
const module = new URL('./fips.ts', import.meta.url).href;

/** Runs the self-test in a process with these arguments: what it found, or the sentence that it ends with. */
async function selfTest(args: readonly string[], first = ''): Promise<FipsEvidence | string> {
  const program = `${first}
    const { selfTestFips } = await import(${JSON.stringify(module)});
    try { process.stdout.write(JSON.stringify(selfTestFips())); }
    catch (error) { process.stdout.write(JSON.stringify(error.code + ': ' + error.message)); }`;
  const options = [
    '--disable-warning=ExperimentalWarning',
    ...args,
    '--input-type=module',
    '--eval',
    program,
  ];
  return JSON.parse((await run(process.execPath, options)).stdout);
}

describe('the FIPS self-test without a provider', () => {
  it('refuses a process that was not started in FIPS mode', () => {
    assert.throws(() => selfTestFips(), {
      code: 'config.invalid',
      message: /not started in FIPS mode.*openssl/i,
    });
  });

  it('is not taken in by setFips, which succeeds without a provider', async () => {
    const trap = `const { getFips, setFips } = await import('node:crypto');
      setFips(true); if (getFips() !== 1) throw new Error('not the trap');`;
    assert.match(String(await selfTest([], trap)), /^config\.invalid: .*AES-256-GCM does not work/);
  });
});

describe('the FIPS self-test', need('fips'), () => {
  let fips: FipsSetup;
  let args: readonly string[];
  before(async () => {
    fips = await makeFips();
    args = ['--force-fips', `--openssl-config=${fips.config}`];
  });
  after(() => fips.remove());

  it('names the provider, and what it was seen to do', async () => {
    const found = (await selfTest(args)) as FipsEvidence;
    assert.equal(found.provider, 'OpenSSL FIPS Provider');
    assert.equal(
      found.sha256,
      createHash('sha256')
        .update(await readFile(found.file))
        .digest('hex'),
    );
    assert.deepEqual(found.answered, [
      'AES-256-GCM',
      'HMAC-SHA-384',
      'PBKDF2-HMAC-SHA-512',
      'HMAC-SHA-256',
      'Ed25519',
    ]);
  });

  it('refuses a provider that lacks one of what we need (its lack is simulated)', async () => {
    for (const [name, lacks] of [
      ['Ed25519', "crypto.sign = () => { throw new Error('unsupported'); };"],
      ['PBKDF2-HMAC-SHA-512', "crypto.pbkdf2Sync = () => { throw new Error('unsupported'); };"],
    ] as const) {
      const first = `const crypto = (await import('node:crypto')).default; ${lacks}
        (await import('node:module')).syncBuiltinESMExports();`;
      const said = String(await selfTest(args, first));
      assert.match(
        said,
        new RegExp(`^config\\.invalid: .*${name} does not work \\(unsupported\\).*fips\\.md`),
      );
    }
  });

  it('refuses a provider that is loaded but not asked', async () => {
    const config = [`--openssl-config=${fips.config}`];
    const off = `(await import('node:crypto')).setFips(false);`;
    assert.match(String(await selfTest(config, off)), /not started in FIPS mode/);
  });

  it('is preceded by Node, which does not start where the provider does not load', async () => {
    const refused = { message: /requires an active OpenSSL provider named "fips"/ };
    for (const config of [fips.damaged, '/nowhere.cnf'])
      await assert.rejects(selfTest(['--force-fips', `--openssl-config=${config}`]), refused);
  });

  it('holds for everything in this room: FLOE and its vectors, envelope, keyring', async () => {
    const files = globSync('*.test.ts', { cwd: import.meta.dirname }).filter(
      (file) => file !== 'fips.test.ts',
    );
    assert.ok(files.includes('floe.test.ts') && files.includes('keyring.test.ts'));
    const check = `import(${JSON.stringify(module)}).then(({ selfTestFips }) => selfTestFips())`;
    const first = `data:text/javascript,${encodeURIComponent(`await ${check}`)}`;
    const tests = ['--import', first, '--test', '--test-isolation=none', '--test-reporter=tap', ...files];
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout } = await run(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', ...args, ...tests],
      {
        cwd: import.meta.dirname,
        env,
        maxBuffer: 1 << 26,
      },
    );
    assert.match(stdout, /^# fail 0$/m);
    assert.ok(Number(/^# pass (\d+)$/m.exec(stdout)?.[1]) > 10, stdout.slice(-500));
  });
});

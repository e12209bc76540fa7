import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { callApi } from '../api.ts';
import { launch, startAppliance } from '../appliance.ts';
import { type FipsSetup, makeFips } from '../fips.ts';
import { need } from '../needs.ts';

/** Starts with these settings, which must be refused: what it says, and that it made nothing. */
async function refusal(env: Readonly<Record<string, string>>): Promise<string> {
  const data = await mkdtemp(path.join(tmpdir(), 'assay-data-'));
  try {
    const { up, exited } = launch(data, { ASSAY_CRYPTO_PROFILE: 'fips', ...env });
    const said = await up.then(
      () => assert.fail('it started'),
      (error: Error) => error.message,
    );
    assert.equal(await exited, 1);
    for (const made of ['keyring.json', 'postgres']) assert.ok(!existsSync(path.join(data, made)), made);
    assert.equal(said.split('\n').length, 1, said);
    return said;
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

test('FIPS mode without a configuration for it is refused in one sentence', async () => {
  assert.match(await refusal({}), /crypto\.opensslConfig must name an OpenSSL configuration/);
  assert.match(
    await refusal({ ASSAY_CRYPTO_OPENSSL_CONFIG: '/nowhere.cnf' }),
    /nowhere\.cnf.*cannot be read/,
  );
  // A file that activates nothing: `crypto.setFips(true)` would have succeeded all the same.
  const empty = await refusal({ ASSAY_CRYPTO_OPENSSL_CONFIG: '/dev/null' });
  assert.match(empty, /finds no FIPS provider with \/dev\/null, so nothing was started/);
});

describe('an appliance in FIPS mode', need('fips'), () => {
  let fips: FipsSetup;
  before(async () => {
    fips = await makeFips();
  });
  after(() => fips.remove());

  test('runs an analysis, and every part of it computes with the provider', async () => {
    const env = { ASSAY_CRYPTO_PROFILE: 'fips', ASSAY_CRYPTO_OPENSSL_CONFIG: fips.config };
    const appliance = await startAppliance({ env });
    try {
      for (const role of ['api', 'worker', 'runner'] as const) {
        const about = (what: string) => readFile(`/proc/${appliance.pids[role]}/${what}`, 'utf8');
        assert.ok((await about('cmdline')).split('\0').includes('--force-fips'), role);
        assert.match(await about('maps'), /\/fips\.so$/m, role);
      }
      const { status, body } = await callApi(appliance.url, appliance.token).call(
        'GET',
        `/v1/reports/${appliance.report}`,
      );
      assert.equal(status, 200);
      assert.equal(body.tool.name, 'regression/linear');
    } finally {
      await appliance.stop();
    }
  });

  test('does not start where the provider refuses to load', async () => {
    const said = await refusal({ ASSAY_CRYPTO_OPENSSL_CONFIG: fips.damaged });
    assert.match(said, /finds no FIPS provider with .*damaged\.cnf, so nothing was started/);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssayError } from '@assay/sdk';
import { describeConfig, loadConfig } from './index.ts';

const fails = (file: unknown, env: Record<string, string>, says: RegExp) =>
  assert.throws(
    () => loadConfig({ file, env }),
    (error) => AssayError.is(error, 'config.invalid') && says.test(error.message),
  );

test('defaults, then the file, then the environment', () => {
  const defaults = loadConfig({ file: undefined, env: {} });
  assert.equal(defaults.http.port, 7400);
  assert.equal(defaults.database.url, undefined);
  assert.deepEqual(defaults.plugins.own, []);
  const file = { http: { port: 8000, host: '0.0.0.0' } };
  const config = loadConfig({
    file,
    env: { ASSAY_HTTP_PORT: '9000', DATABASE_URL: 'postgres://x/y', PATH: '/bin' },
  });
  assert.equal(config.http.port, 9000);
  assert.equal(config.http.host, '0.0.0.0');
  assert.equal(config.database.url, 'postgres://x/y');
});

test('what is not known stops the start and names the nearest', () => {
  fails({ htp: {} }, {}, /"htp".*"http"/);
  fails({ http: { prot: 1 } }, {}, /"http\.prot".*"http\.port"/);
  fails({}, { ASSAY_HTTP_PROT: '1' }, /ASSAY_HTTP_PROT.*ASSAY_HTTP_PORT/);
});

test('a value that does not fit says which and why', () => {
  fails({ http: { port: 'eighty' } }, {}, /http\.port/);
  fails({}, { ASSAY_HTTP_PORT: '70000' }, /http\.port/);
  fails({}, { ASSAY_RUNTIMES_ISOLATION: 'none' }, /runtimes\.isolation/);
  fails([], {}, /JSON object/);
  fails({}, { ASSAY_PLUGINS_OWN: '{' }, /ASSAY_PLUGINS_OWN/);
});

test('the reference names every setting with its variable', () => {
  const page = describeConfig();
  for (const variable of ['ASSAY_HTTP_PORT', 'ASSAY_JOBS_MAX_ATTEMPTS', 'ASSAY_UPLOADS_MAX_BYTES'])
    assert.ok(page.includes(variable));
});

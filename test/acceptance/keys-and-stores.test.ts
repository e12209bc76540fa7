import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Case, checkCase, collect } from '@assay/sdk';
import { openStore, type StorageSettings } from '../../core/base/storage/index.ts';
import { makeBucket } from '../../core/base/storage/testing/bucket.ts';
import { type Api, callApi } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import { need } from '../needs.ts';
import { filesWith, formsOf, tablesWith } from '../plaintext.ts';
import { testS3 } from '../s3.ts';
import { makeSoftHsm } from '../softhsm.ts';
import { ownerUrl } from '../workspaces.ts';

const folder = new URL('../../plugins/regression/linear/cases/linear-nist-longley/', import.meta.url);
const longley: Case = JSON.parse(await readFile(new URL('case.json', folder), 'utf8'));
/** Longley's data with a column that says where plaintext went. */
const canaries = ['CANARY-COLUMN-4711', 'CANARY-VALUE-0815', 'canary-file-name'];
const csv = (await readFile(new URL('data.csv', folder), 'utf8'))
  .trimEnd()
  .split(/\r?\n/)
  .map((line, i) => `${line},${i === 0 ? canaries[0] : canaries[1]}`)
  .join('\n');
const cli = path.resolve(import.meta.dirname, '../../appliance/cli/bin/assay.mjs');
const run = promisify(execFile);

interface Place {
  /** Configuration of the store and of the keys. */
  readonly env: Readonly<Record<string, string>>;
  /** The store where it is not in the data directory. */
  readonly storage?: StorageSettings;
  remove(): Promise<void>;
}

async function secretFile(at: string, name: string, secret: string): Promise<string> {
  const file = path.join(at, name);
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  return file;
}

async function hsmKeys(at: string) {
  const hsm = await makeSoftHsm();
  const env = {
    ...hsm.env,
    ASSAY_KEYS_MODULE: hsm.module,
    ASSAY_KEYS_TOKEN: hsm.token,
    ASSAY_KEYS_PIN_FILE: await secretFile(at, 'pin', hsm.pin),
    ASSAY_KEYS_MODULE_VARIABLES: '["SOFTHSM2_CONF"]',
  };
  return { env, remove: () => hsm.remove() };
}

async function passphraseKeys(at: string) {
  const file = await secretFile(at, 'passphrase', 'correct horse battery staple');
  return { env: { ASSAY_KEYS_PASSPHRASE_FILE: file }, remove: async () => undefined };
}

async function bucketStore(at: string) {
  const bucket = await makeBucket(testS3());
  const env = {
    ASSAY_STORAGE_KIND: 's3',
    ASSAY_STORAGE_ENDPOINT: bucket.endpoint,
    ASSAY_STORAGE_BUCKET: bucket.bucket,
    ASSAY_STORAGE_ACCESS_KEY: bucket.accessKey,
    ASSAY_STORAGE_SECRET_KEY_FILE: await secretFile(at, 'secret-key', bucket.secretKey),
    ASSAY_STORAGE_ALLOW_HTTP: 'true',
  };
  return { env, storage: { kind: 's3' as const, ...bucket } };
}

const places: readonly [string, { skip: string | false }, (at: string) => Promise<Place>][] = [
  [
    'a bucket, and a keyring under a passphrase',
    need('s3'),
    async (at) => {
      const [store, keys] = [await bucketStore(at), await passphraseKeys(at)];
      return { env: { ...store.env, ...keys.env }, storage: store.storage, remove: keys.remove };
    },
  ],
  ['a disk, and keys in a security module', need('softhsm'), (at) => hsmKeys(at)],
  [
    'a bucket, and keys in a security module',
    { skip: need('s3').skip || need('softhsm').skip },
    async (at) => {
      const [store, keys] = [await bucketStore(at), await hsmKeys(at)];
      return { env: { ...store.env, ...keys.env }, storage: store.storage, remove: keys.remove };
    },
  ],
];

/** The gate takes every store and every key source once; `npm run test:full` takes all pairs. */
const isFull = process.env.ASSAY_TEST_FULL === 'true';
for (const [name, skip, open] of isFull ? places : places.slice(0, 2))
  describe(`the first analysis with ${name}`, skip, () => {
    let at = '';
    let place: Place;
    let appliance: Appliance;
    let api: Api;
    let data: { id: string; state: string };
    before(async () => {
      at = await mkdtemp(path.join(tmpdir(), 'assay-secrets-'));
      place = await open(at);
      await mkdir(path.join(at, 'tmp'));
      const env = { ...place.env, ASSAY_AUDIT_CHECKPOINT_SECONDS: '1', TMPDIR: path.join(at, 'tmp') };
      appliance = await startAppliance({ env });
      api = callApi(appliance.url, appliance.token);
    });
    after(async () => {
      await appliance?.stop();
      await place?.remove();
      await rm(at, { recursive: true, force: true });
    });
    const command = async (...args: string[]) => {
      const env = {
        PATH: process.env.PATH,
        HOME: at,
        ASSAY_URL: appliance.url,
        ASSAY_TOKEN: appliance.token,
      };
      return (await run(process.execPath, [cli, ...args], { env, cwd: at })).stdout;
    };

    test('is certified to nine digits, before and after both keys were rotated', async () => {
      data = await api.dataset(`${canaries[2]}.csv`, csv);
      assert.equal(data.state, 'ready', JSON.stringify(data));
      const strict = {
        ...longley,
        expect: (longley.expect ?? []).map((e) => (e.rel ? { ...e, rel: 1e-9 } : e)),
      };
      const certified = async () => {
        const job = await api.run('regression/linear', data.id, longley.params);
        assert.equal(job.state, 'succeeded', JSON.stringify(job.error));
        const { body: report } = await api.call('GET', `/v1/reports/${job.report}`);
        assert.deepEqual(checkCase(strict, { values: report.values, warnings: report.warnings }), []);
      };
      await certified();
      for (const key of ['workspace', 'root']) {
        const said = await command('keys', 'rotate', '--key', key);
        assert.match(said, /is version 2 now\.\n\d+ re-wrapped, 0 left, 0 failed/);
      }
      await certified();
    });

    test('everything that was done is proven, also against heads that were kept outside', async () => {
      const heads = path.join(appliance.data, 'audit-checkpoints');
      const seq = Number((await api.call('GET', '/v1/audit/records?limit=1')).body.items[0].seq);
      for (let i = 0; i < 100; i += 1) {
        if ((await api.call('GET', `/v1/audit/records/${seq}/proof`)).status === 200) break;
        await delay(100);
      }
      assert.match(await command('audit', 'prove', String(seq)), /^c2sp\.org\/tlog-proof@v1\nindex \d+/);
      assert.match(
        await command('audit', 'verify', '--checkpoint', heads),
        /^ok: \d+ records.*consistent with \d+ heads/,
      );
      await command('audit', 'export', '--output', 'trail');
      const keys = (await command('audit', 'keys')).trim().split(/\s+/);
      const [, log = '', , leaf = ''] = keys;
      assert.match(await command('audit', 'verify', 'trail', '--log-key', log, '--leaf-key', leaf), /^ok: /);
      const python = path.resolve(import.meta.dirname, '../security/verify_audit.py');
      const { stdout } = await run('python3', [
        python,
        path.join(at, 'trail'),
        '--log-key',
        log,
        '--leaf-key',
        leaf,
      ]);
      assert.match(stdout, /^ok: \d+ records/);
    });

    test('what is erased is gone at once, with a certificate', async () => {
      await assert.rejects(command('dataset', 'erase', data.id, '--reason', 'test'), /Add --yes/);
      await command('dataset', 'erase', data.id, '--reason', 'test', '--yes');
      const { status, body } = await api.call('GET', `/v1/datasets/${data.id}/content`);
      assert.deepEqual([status, body.code], [410, 'dataset.erased']);
      const { body: job } = await api.submit('regression/linear', data.id, longley.params);
      assert.equal(job.code, 'dataset.erased');
      const [erasure] = (await api.call('GET', '/v1/erasures')).body.items;
      assert.match(await command('erasure', 'certificate', erasure.id), /^assay erasure certificate 1\n/);
    });

    test('no plaintext lies in the store, the database, the logs or anywhere on the disk', async () => {
      const kept = await api.dataset(`${canaries[2]}-2.csv`, csv);
      await api.run('regression/linear', kept.id, longley.params);
      // The name of a data set is for people and stands in its row; what is in it does not.
      const content = canaries.slice(0, 2);
      if (place.storage) {
        const store = openStore(place.storage);
        let objects = 0;
        for await (const { key } of store.list('')) {
          const bytes = await collect(await store.get(key));
          objects += 1;
          for (const text of canaries)
            assert.ok(!formsOf(text).some((form) => bytes.includes(form)) && !key.includes(text), key);
        }
        assert.ok(objects > 10);
      }
      const tables = await tablesWith(await ownerUrl(appliance), content);
      assert.ok(tables.rows > 50, `${tables.rows} rows`);
      assert.deepEqual(tables.found, []);
      const named = await tablesWith(await ownerUrl(appliance), canaries.slice(2));
      assert.deepEqual(named.found, [`assay.dataset: ${canaries[2]}`], 'the search finds what is there');
      await appliance.end();
      assert.deepEqual(await filesWith(appliance.data, content), []);
      assert.deepEqual(await filesWith(path.join(at, 'tmp'), content), []);
      assert.deepEqual(await filesWith(path.join(appliance.data, 'logs'), canaries), []);
      if (!place.storage)
        assert.deepEqual(await filesWith(path.join(appliance.data, 'objects'), canaries), []);
    });
  });

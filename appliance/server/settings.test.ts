import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '@assay/core';
import type { DataDirectory } from './data-directory.ts';
import { settingsOf } from './settings.ts';

const data: DataDirectory = {
  path: '/data',
  keyring: '/data/keyring.json',
  objects: '/data/objects',
  scratch: '/data/scratch',
  logs: '/data/logs',
  runnerSocket: '/data/run/runner.sock',
  images: '/data/images.json',
  plugins: '/data/plugins',
  firstReport: '/data/first-report',
  config: undefined,
  release: async () => undefined,
};
const runnerKey = Buffer.from('the key of runner and worker');
const config = loadConfig({ file: { database: { url: 'postgres://owner:owned@db/assay' } }, env: {} });
const settings = settingsOf(config, data, {
  apiUrl: 'postgres://api:one@db/assay',
  workerUrl: 'postgres://worker:two@db/assay',
  runnerKey,
  keys: { file: '/data/keyring.json', passphrase: 'a secret', backupDays: 14 },
  storage: { kind: 'disk', directory: '/data/objects' },
  audit: { checkpointSeconds: 60, checkpointFile: '/data/audit-checkpoints' },
  providers: [],
  plugins: [{ name: 'p', directory: '/plugins/p', admitted: 'sha256:00', trust: 'shipped' }],
});
const text = (part: object) => JSON.stringify(part, (_, value) => (value?.type === 'Buffer' ? 'KEY' : value));

test('the runner is given no database, no keys and no store', () => {
  assert.doesNotMatch(text(settings.runner), /postgres:|keyring|objects/);
  assert.equal(settings.runner.key, runnerKey);
});

test('the api is given neither the runner nor the database role of the worker', () => {
  assert.doesNotMatch(text(settings.api), /runner\.sock|KEY|postgres:\/\/worker/);
  assert.match(text(settings.api), /postgres:\/\/api/);
});

test('the worker is given neither the database role of the api nor an address to listen on', () => {
  assert.doesNotMatch(text(settings.worker), /postgres:\/\/api|"http"/);
  assert.match(text(settings.worker), /runner\.sock.*KEY/);
});

test('nobody is given the owner of the database', () => {
  assert.doesNotMatch(text(settings), /owned/);
});

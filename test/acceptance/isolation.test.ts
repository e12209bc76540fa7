import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import { addWorkspace } from '../workspaces.ts';

/** Words that occur nowhere but in this data set: in a name of a column, in cells, and as a number. */
const marks = ['zebrafinch_column', 'quokkaword', 'narwhalgroup', '7391.82645'];
const rows = Array.from(
  { length: 40 },
  (_, i) => `${i % 2 ? 'narwhalgroup' : 'quokkaword'},${i === 7 ? marks[3] : i * 1.5}`,
);
const csv = `zebrafinch_column,value\n${rows.join('\n')}\n`;

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => path.join(e.parentPath, e.name));
}

describe('what is mine stays mine', () => {
  let appliance: Appliance;
  let mine: Api;
  let other: Api;
  let dataset: Json;
  let job: Json;
  before(async () => {
    appliance = await startAppliance();
    mine = callApi(appliance.url, appliance.token);
    other = callApi(appliance.url, await addWorkspace(appliance, 'administrator'));
    dataset = await mine.dataset('birds.csv', csv);
    job = await mine.run('statistics/t-test', dataset.id, {
      design: 'two_sample',
      value: 'value',
      group: 'zebrafinch_column',
    });
    assert.equal(job.state, 'succeeded', JSON.stringify(job.error));
  });
  after(() => appliance?.stop());

  test("another workspace's token sees 404 everywhere, as for an id that does not exist", async () => {
    const places = [
      `/v1/datasets/${dataset.id}`,
      `/v1/datasets/${dataset.id}/content?form=original`,
      `/v1/datasets/${dataset.id}/content?form=parquet`,
      `/v1/jobs/${job.id}`,
      `/v1/jobs/${job.id}/events`,
      `/v1/jobs/${dataset.profileJob}`,
      `/v1/reports/${job.report}`,
      `/v1/reports/${job.report}.html`,
    ];
    const unknown = '00000000-0000-4000-8000-00000000dead';
    for (const place of places) {
      assert.equal((await mine.call('GET', place)).status, 200, place);
      const answer = await other.call('GET', place);
      assert.equal(answer.status, 404, place);
      const none = await other.call('GET', place.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, unknown));
      assert.equal(none.body.code, answer.body.code);
      assert.equal(none.body.title, answer.body.title);
    }
    assert.equal((await other.call('DELETE', `/v1/jobs/${job.id}`)).status, 404);
    const submitted = await other.submit('explore/describe', dataset.id, {});
    assert.equal(submitted.status, 404);
    assert.equal(submitted.body.code, 'dataset.not_found');
    for (const list of ['/v1/datasets', '/v1/jobs'])
      assert.deepEqual((await other.call('GET', list)).body.items, []);
  });

  test('without a token, or with one that is not right, nothing but health and the description answers', async () => {
    const flipped = `${appliance.token.slice(0, -1)}${appliance.token.endsWith('0') ? '1' : '0'}`;
    for (const token of ['', 'x', flipped, appliance.startToken]) {
      const stranger = callApi(appliance.url, token);
      for (const place of [
        '/v1/me',
        '/v1/datasets',
        `/v1/datasets/${dataset.id}`,
        '/v1/tools',
        '/v1/plugins',
        '/v1/jobs',
        `/v1/reports/${job.report}`,
      ])
        assert.equal((await stranger.call('GET', place)).status, 401, `${place} ${token.slice(0, 5)}`);
      assert.equal((await stranger.submit('explore/describe', dataset.id, {})).status, 401);
      assert.equal((await stranger.call('GET', '/health')).status, 200);
      assert.equal((await stranger.call('GET', '/openapi.json')).status, 200);
    }
  });

  test('the start token works once', async () => {
    const again = await callApi(appliance.url, '').call('POST', '/v1/sign-in', {
      json: { token: appliance.startToken },
    });
    assert.equal(again.status, 401);
    assert.equal(again.body.code, 'identity.start_token_invalid');
  });

  test('a role that may only read is refused with 403 what it may not do', async () => {
    const viewer = callApi(appliance.url, await addWorkspace(appliance, 'viewer'));
    assert.equal((await viewer.call('GET', '/v1/datasets')).status, 200);
    const upload = await viewer.call('POST', '/v1/datasets?name=x.csv', {
      body: 'a\n1\n',
      headers: { 'content-type': 'text/csv' },
    });
    assert.equal(upload.status, 403);
    assert.equal(upload.body.code, 'access.denied');
  });

  test('no plaintext of a data set in the store, the database, the log or anywhere else of the data directory', async () => {
    // Ended as by Ctrl-C, Postgres has written everything to its files by then.
    await appliance.end();
    const files = await filesUnder(appliance.data);
    assert.ok(
      files.some((f) => f.includes('/objects/')) &&
        files.some((f) => f.includes('/pg_wal/')) &&
        files.some((f) => f.endsWith('.log')),
    );
    for (const file of files) {
      const bytes = await readFile(file);
      for (const mark of marks) assert.equal(bytes.includes(mark), false, `${mark} stands in ${file}`);
    }
  });
});

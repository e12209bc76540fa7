import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import { addWorkspace } from '../workspaces.ts';

const csv = `group,value\n${Array.from({ length: 24 }, (_, i) => `${i % 2 ? 'a' : 'b'},${(i * 7) % 11}`).join('\n')}\n`;
const tool = 'explore/describe';
const parts = ['queueMs', 'startMs', 'readMs', 'computeMs', 'verifyMs', 'drawMs', 'storeMs'];

describe('what was done before is not done again', () => {
  let appliance: Appliance;
  let api: Api;
  let data: Json;
  let first: Json;

  async function run(caller: Api, inputs: object, more: object = {}): Promise<Json> {
    const answer = await caller.call('POST', '/v1/jobs', { json: { tool, inputs, params: {}, ...more } });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return caller.finished(answer.body.id);
  }

  before(async () => {
    appliance = await startAppliance();
    api = callApi(appliance.url, appliance.token);
    data = await api.dataset('same.csv', csv);
    first = await run(api, { data: data.id });
    assert.equal(first.state, 'succeeded', JSON.stringify(first.error));
  });
  after(() => appliance?.stop());

  test('a job says where its time went', () => {
    assert.deepEqual(Object.keys(first.timings).sort(), [...parts].sort());
    for (const part of parts) assert.ok(first.timings[part] >= 0, part);
    assert.ok(first.timings.computeMs > 0 && first.timings.drawMs > 0);
  });

  test('the same again: the stored report, marked, and nothing was run', async () => {
    const again = await run(api, { data: data.id });
    assert.equal(first.recalledFrom, undefined);
    assert.equal(again.recalledFrom, first.id);
    assert.equal(again.report, first.report);
    assert.equal(again.resultDigest, first.resultDigest);
    assert.deepEqual(Object.keys(again.timings), ['queueMs']);
    // Uploaded again, the same bytes are the same data.
    const copy = await api.dataset('same.csv', csv);
    assert.equal((await run(api, { data: copy.id })).recalledFrom, first.id);
  });

  test('refresh runs anew with the same digest, and is what is recalled from then on', async () => {
    const anew = await run(api, { data: data.id }, { cache: 'refresh' });
    assert.equal(anew.recalledFrom, undefined);
    assert.notEqual(anew.report, first.report);
    assert.equal(anew.resultDigest, first.resultDigest);
    assert.equal((await run(api, { data: data.id })).recalledFrom, anew.id);
  });

  test('another seed, other parameters, other data: nothing is recalled', async () => {
    assert.equal((await run(api, { data: data.id }, { seed: 7 })).recalledFrom, undefined);
    assert.equal((await run(api, { data: data.id }, { params: { by: 'group' } })).recalledFrom, undefined);
    const other = await api.dataset('same.csv', csv.replace('a,7', 'a,8'));
    assert.equal((await run(api, { data: other.id })).recalledFrom, undefined);
  });

  test('the priority is no part of what has to be the same; one that there is not is refused', async () => {
    assert.equal(first.priority, 'normal');
    const urgent = await run(api, { data: data.id }, { priority: 'high' });
    assert.equal(urgent.priority, 'high');
    assert.ok(urgent.recalledFrom);
    const json = { tool: 'explore/describe', inputs: { data: data.id }, priority: 'urgent' };
    const { status, body } = await api.call('POST', '/v1/jobs', { json });
    assert.equal(status, 400);
    assert.match(JSON.stringify(body), /priority/);
  });

  test('a job that failed is tried again', async () => {
    const one = await api.dataset('one.csv', 'value\n5\n5\n5\n');
    const ask = { tool: 'statistics/t-test', params: { design: 'one_sample', value: 'value', mu: 0 } };
    for (const _ of [1, 2]) {
      const job = await run(api, { data: one.id }, ask);
      assert.equal(job.state, 'failed');
      assert.equal(job.recalledFrom, undefined);
    }
  });

  test('never across workspaces', async () => {
    const stranger = callApi(appliance.url, await addWorkspace(appliance, 'administrator'));
    const theirs = await stranger.dataset('same.csv', csv);
    const job = await run(stranger, { data: theirs.id });
    assert.equal(job.state, 'succeeded', JSON.stringify(job.error));
    assert.equal(job.recalledFrom, undefined);
    assert.notEqual(job.report, first.report);
    assert.equal(job.resultDigest, first.resultDigest);
  });
});

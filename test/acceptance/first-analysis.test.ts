import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { type Case, checkCase } from '@assay/sdk';
import { type Api, callApi } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';

const folder = new URL('../../plugins/regression/linear/cases/linear-nist-longley/', import.meta.url);
const longley: Case = JSON.parse(await readFile(new URL('case.json', folder), 'utf8'));
const csv = await readFile(new URL('data.csv', folder));

describe('the first analysis, end to end', () => {
  let appliance: Appliance;
  let api: Api;
  before(async () => {
    appliance = await startAppliance();
    api = callApi(appliance.url, appliance.token);
  });
  after(() => appliance?.stop());

  test('Longley: uploaded, profiled, fitted, reported; the certified values hold to nine digits', async () => {
    const data = await api.dataset('longley.csv', csv);
    assert.equal(data.state, 'ready', JSON.stringify(data));
    assert.equal(data.profile.rows, 16);
    const job = await api.run('regression/linear', data.id, longley.params);
    assert.equal(job.state, 'succeeded', JSON.stringify(job.error));
    const { body: report } = await api.call('GET', `/v1/reports/${job.report}`);
    const strict = {
      ...longley,
      expect: (longley.expect ?? []).map((e) => (e.rel ? { ...e, rel: 1e-9 } : e)),
    };
    assert.deepEqual(checkCase(strict, { values: report.values, warnings: report.warnings }), []);
    assert.equal(report.resultDigest, job.resultDigest);
    const page = await api.call('GET', `/v1/reports/${job.report}.html`);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.match(page.body, /<html lang="en"/);
    assert.doesNotMatch(page.body, /<script/i);
  });

  test('the same job twice gives the same digest, and an idempotency key gives the same job', async () => {
    const data = await api.dataset('longley.csv', csv);
    const jobs = [
      await api.run('regression/linear', data.id, longley.params),
      await api.run('regression/linear', data.id, longley.params),
    ];
    assert.match(jobs[0].resultDigest, /^sha256:[0-9a-f]{64}$/);
    assert.equal(jobs[0].resultDigest, jobs[1].resultDigest);
    const key = { 'idempotency-key': 'one' };
    const [first, again] = await Promise.all([
      api.submit('regression/linear', data.id, longley.params, key),
      api.submit('regression/linear', data.id, longley.params, key),
    ]);
    assert.equal(first?.body.id, again?.body.id);
    assert.deepEqual([first?.status, again?.status].sort(), [200, 202]);
    const other = await api.submit('explore/describe', data.id, {}, key);
    assert.equal(other.status, 422);
    assert.equal(other.body.code, 'job.idempotency_key_reused');
  });

  test('events tell of a job until it is finished', async () => {
    const data = await api.dataset('longley.csv', csv);
    const { body: job } = await api.submit('explore/describe', data.id, {});
    const { body: events } = await api.call('GET', `/v1/jobs/${job.id}/events`, {
      headers: { accept: 'text/event-stream' },
    });
    const states = [...String(events).matchAll(/^data: (.*)$/gm)].map((m) => JSON.parse(m[1] ?? '').state);
    assert.equal(states.at(-1), 'succeeded');
    assert.deepEqual(
      states,
      [...states].sort(
        (a, b) =>
          ['queued', 'running', 'succeeded'].indexOf(a) - ['queued', 'running', 'succeeded'].indexOf(b),
      ),
    );
  });

  test('a refusal says which columns would fit', async () => {
    const data = await api.dataset('longley.csv', csv);
    const missing = await api.submit('regression/linear', data.id, {
      response: 'velocity',
      predictors: ['x1'],
    });
    assert.equal(missing.status, 422);
    assert.equal(missing.body.code, 'tool.input_invalid');
    assert.equal(missing.body.issues[0].code, 'COLUMN_NOT_FOUND');
    assert.match(missing.body.issues[0].hint, /y, x1, x2/);
    const unknown = await api.submit('regression/quadratic', data.id, {});
    assert.equal(unknown.status, 404);
    assert.equal(unknown.body.code, 'tool.not_found');
  });
});

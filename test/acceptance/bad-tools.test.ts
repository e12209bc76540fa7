import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import { makeHostilePlugin } from '../hostile-plugin.ts';
import { need } from '../needs.ts';

describe('tools that behave badly', need('bwrap'), () => {
  let folder: string;
  let appliance: Appliance;
  let api: Api;
  let data: Json;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-hostile-'));
    const plugin = await makeHostilePlugin(folder);
    appliance = await startAppliance({
      env: { ASSAY_PLUGINS_OWN: JSON.stringify([plugin]), ASSAY_JOBS_PAUSE_AFTER: '0' },
    });
    api = callApi(appliance.url, appliance.token);
    data = await api.dataset('small.csv', 'a,b\n1,2\n3,4\n5,7\n');
  });
  after(async () => {
    await appliance?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function fails(tool: string, codes: readonly string[], toolCodes: readonly string[]) {
    const job = await api.run(`hostile/${tool}`, data.id, {});
    assert.equal(job.state, 'failed', JSON.stringify(job));
    assert.ok(codes.includes(job.error.code), JSON.stringify(job.error));
    assert.ok(toolCodes.includes(job.error.tool?.code), JSON.stringify(job.error));
    assert.doesNotMatch(JSON.stringify(job.error), /\bat .*\.ts:\d+/, 'no stack trace');
    assert.equal(job.attempts, 1, 'a fault of the tool is not tried again');
  }

  test('one that never ends', () => fails('forever', ['job.timeout'], ['TIMEOUT']));
  test('one that prints without end', () =>
    fails('prints', ['job.timeout', 'job.limit_exceeded'], ['TIMEOUT', 'OOM']));
  test('one that allocates without end', () => fails('allocates', ['job.limit_exceeded'], ['OOM']));
  test('one that writes more than it may', () => fails('floods', ['job.limit_exceeded'], ['OUTPUT_LIMIT']));
  test('one that dies', () => fails('quits', ['job.tool_failed', 'job.timeout'], ['CRASH', 'TIMEOUT']));
  test('one that fails', () => fails('fails', ['job.tool_failed'], ['R_ERROR']));

  test('an MCP caller that leaves has cancelled, as revision 2026-07-28 has it', async () => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    const headers = { authorization: `Bearer ${appliance.token}` };
    await client.connect(
      new StreamableHTTPClientTransport(new URL('/mcp', appliance.url), { requestInit: { headers } }),
    );
    const leaving = new AbortController();
    const onprogress = () => leaving.abort();
    const call = client.callTool(
      { name: 'hostile.forever', arguments: { inputs: { data: data.id } } },
      { signal: leaving.signal, onprogress },
    );
    await assert.rejects(call);
    const { body } = await api.call('GET', '/v1/jobs?limit=1');
    const [job] = body.items;
    assert.equal(job.tool, 'hostile/forever');
    assert.equal((await api.finished(job.id, 5)).state, 'cancelled');
    await client.close();
  });

  test('one that never ends is cancelled within five seconds', async () => {
    const { body: job } = await api.submit('hostile/forever', data.id, {});
    for (let i = 0; i < 200; i += 1) {
      const { body } = await api.call('GET', `/v1/jobs/${job.id}`);
      if (body.state === 'running') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const since = Date.now();
    const answer = await api.call('DELETE', `/v1/jobs/${job.id}`);
    assert.equal(answer.status, 202);
    const ended = await api.finished(job.id, 10);
    assert.equal(ended.state, 'cancelled');
    assert.ok(Date.now() - since < 5000, `${Date.now() - since} ms`);
    assert.equal((await api.call('DELETE', `/v1/jobs/${job.id}`)).body.code, 'job.already_finished');
  });

  test('a result that does not fit what the tool declares', async () => {
    const job = await api.run('hostile/escapes', data.id, { way: 'environment', file: '' });
    assert.equal(job.state, 'failed');
    assert.equal(job.error.code, 'job.output_invalid');
  });

  test('the server goes on: the next analysis is well', async () => {
    const job = await api.run('explore/describe', data.id, {});
    assert.equal(job.state, 'succeeded', JSON.stringify(job.error));
  });
});

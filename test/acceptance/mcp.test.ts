import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import {
  bridgeTo,
  connectModern,
  connectPipeV1,
  connectPipeV2,
  connectV1,
  connectV2,
  headersOf,
  pinAll,
} from '../mcp-clients.ts';
import { addWorkspace } from '../workspaces.ts';

/** The tools of the endpoint itself, which are there however many are installed. */
const constant = [
  ...['search_tools', 'describe_tool', 'run_tool', 'get_job', 'cancel_job', 'list_datasets'],
  ...['describe_dataset', 'upload_dataset', 'get_report'],
];

const run = promisify(execFile);
const sleep = new URL('../../plugins/statistics/t-test/cases/t-sleep-welch/', import.meta.url);
const csv = await readFile(new URL('data.csv', sleep));
const golden = JSON.parse(await readFile(new URL('case.json', sleep), 'utf8'));

describe('MCP', () => {
  let appliance: Appliance;
  let api: Api;
  let data: Json;
  let url: URL;
  before(async () => {
    appliance = await startAppliance();
    api = callApi(appliance.url, appliance.token);
    url = new URL('/mcp', appliance.url);
    data = await api.dataset('sleep.csv', csv);
  });

  test('a few tools find, run and read all others, whose number fills no context', async (t) => {
    const client = await connectV2(url, appliance.token);
    t.after(() => client.close());
    const call = async (name: string, given: object) => {
      const answer = await client.callTool({ name, arguments: given }, {});
      assert.ok(!answer.isError, JSON.stringify(answer.content));
      return answer.structuredContent;
    };
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map((tool: Json) => tool.name).sort(), [...constant].sort());
    assert.ok(JSON.stringify(tools).length < 16_000, `${JSON.stringify(tools).length} characters`);
    const [set] = (await call('list_datasets', {})).datasets;
    const question = 'Does the extra sleep differ between the two groups?';
    const { tools: found } = await call('search_tools', { question, dataset: set.id });
    const hit = found.find((each: Json) => each.name === 'statistics/t-test');
    assert.deepEqual([hit.fit.fits, hit.fit.params], [true, { value: 'extra', group: 'group' }]);
    const { parameters } = await call('describe_tool', { tool: hit.name });
    assert.deepEqual(parameters.required, ['design']);
    const done = await call('run_tool', {
      ...{ tool: hit.name, inputs: { data: set.id } },
      params: { ...hit.fit.params, design: 'two_sample' },
    });
    assert.equal(done.state, 'succeeded');
    const job = await call('get_job', { id: done.job, wait: 1 });
    assert.equal(job.report, done.report);
    assert.deepEqual((await call('get_report', { id: job.report })).values, done.values);
    const offered = await call('upload_dataset', { name: 'more.csv' });
    const sent = await fetch(offered.url, {
      ...{ method: offered.method, body: 'a,b\n1,2\n' },
      headers: { 'content-type': 'application/octet-stream' },
    });
    assert.deepEqual([sent.status, ((await sent.json()) as Json).name], [201, 'more.csv']);
    const late = await client.callTool({ name: 'cancel_job', arguments: { id: done.job } }, {});
    assert.equal(late._meta['assay/code'], 'job.already_finished');
    await pinAll(api);
  });
  after(() => appliance?.stop());

  for (const [name, connect] of [
    ['v1', connectV1],
    ['v2', connectV2],
    ['v1', connectPipeV1],
    ['v2', connectPipeV2],
  ] as const) {
    const way = connect === connectPipeV1 || connect === connectPipeV2 ? 'assay mcp' : '/mcp';
    test(`${way}: the SDK's ${name} client lists every tool of a pinned plugin, calls one, hears its progress`, async (t) => {
      const client = await connect(url, appliance.token);
      t.after(() => client.close());
      const { tools } = await client.listTools();
      const { body: installed } = await api.call('GET', '/v1/tools');
      assert.deepEqual(
        tools
          .map((tool: Json) => tool.name)
          .filter((tool: string) => tool.includes('.'))
          .sort(),
        installed.items.map((tool: Json) => tool.name.replace('/', '.')).sort(),
      );
      const heard: Json[] = [];
      const answer = await client.callTool(
        {
          name: 'statistics.t-test',
          arguments: { inputs: { data: data.id }, params: golden.params, cache: 'refresh' },
        },
        { onprogress: (progress: Json) => heard.push(progress) },
      );
      assert.ok(!answer.isError, JSON.stringify(answer.content));
      const { body: report } = await api.call('GET', `/v1/reports/${answer.structuredContent.report}`);
      assert.deepEqual(answer.structuredContent.values, report.values);
      assert.equal(answer.structuredContent.resultDigest, report.resultDigest);
      assert.match(answer.content[0].text, new RegExp(report.summary[0].slice(0, 20)));
      const link = answer.content.find((part: Json) => part.type === 'resource_link');
      assert.equal((await api.call('GET', new URL(link.uri).pathname)).status, 200);
      assert.ok(heard.length > 0, 'progress');
      assert.deepEqual(
        heard.map((h) => h.progress),
        heard.map((h) => h.progress).sort((a, b) => a - b),
      );
    });

    test(`${way}, ${name}: every listed tool can be called; what is wrong is told in words that help`, async (t) => {
      const client = await connect(url, appliance.token);
      t.after(() => client.close());
      const { tools } = await client.listTools();
      for (const { name: tool } of tools) {
        const answer = await client.callTool(
          { name: tool, arguments: { inputs: { data: data.id }, params: { nonsense: 1 }, id: 'x' } },
          {},
        );
        assert.equal(answer.isError, true, tool);
        assert.doesNotMatch(answer.content[0].text, /\bat .*\.ts:|unexpected/, tool);
      }
      const params = { ...golden.params, value: 'extr' };
      const wrong = await client.callTool(
        { name: 'statistics.t-test', arguments: { inputs: { data: data.id }, params } },
        {},
      );
      assert.equal(wrong.isError, true);
      assert.match(wrong.content[0].text, /extra/, 'names the column that would fit');
      const open = await client.callTool(
        { name: 'run_tool', arguments: { tool: 'regression/linear', inputs: { data: data.id } } },
        {},
      );
      assert.equal(open._meta['assay/code'], 'tool.input_invalid');
      assert.match(open.content[0].text, /"response" is missing; columns that fit \(numeric\): extra/);
      const columns = await client.callTool({ name: 'describe_dataset', arguments: { id: data.id } }, {});
      assert.deepEqual(
        columns.structuredContent.columns.map((c: Json) => c.name),
        data.profile.columns.map((c: Json) => c.name),
      );
      await assert.rejects(client.callTool({ name: 'core.profile', arguments: {} }, {}), /There is no tool/);
    });
  }

  test('data sets, reports and tools are resources; prompts ask the usual questions; arguments are completed', async (t) => {
    const client = await connectModern(url, appliance.token);
    t.after(() => client.close());
    const { resources } = await client.listResources();
    const named = (start: string) => resources.find(({ uri }) => uri.startsWith(start));
    const read = async (uri: string) => {
      const [content] = (await client.readResource({ uri })).contents as Json[];
      assert.deepEqual([content.uri, content.mimeType], [uri, 'application/json']);
      return JSON.parse(content.text);
    };
    assert.equal((await read(`assay://datasets/${data.id}`)).name, 'sleep.csv');
    const report = await read(named('assay://reports/')?.uri ?? '');
    assert.equal(report.format, 'assay-report/1');
    assert.equal((await read('assay://tools/statistics/t-test')).title, 't test');
    for (const nothing of [
      `assay://datasets/${crypto.randomUUID()}`,
      'assay://datasets/../../etc/passwd',
      'file:///etc/passwd',
      'assay://tools/table/profile',
      `assay://datasets/${data.id}?x`,
    ])
      await assert.rejects(client.readResource({ uri: nothing }), /Resource not found/, nothing);
    const { resourceTemplates } = await client.listResourceTemplates();
    assert.deepEqual(
      resourceTemplates.map(({ name }) => name),
      ['dataset', 'report', 'tool'],
    );
    const { prompts } = await client.listPrompts();
    assert.ok(prompts.length >= 3);
    for (const { name } of prompts) {
      const given = { name, arguments: { dataset: 'sleep.csv' } };
      assert.match(JSON.stringify((await client.getPrompt(given)).messages), /sleep\.csv.*search_tools/);
    }
    await assert.rejects(client.getPrompt({ name: 'compare_groups' }), /"dataset" is missing/);
    await assert.rejects(
      client.getPrompt({ name: 'nothing' }),
      /There is no prompt "nothing"; there are compare_groups/,
    );
    const complete = async (ref: Json, name: string, value: string, given?: Json) =>
      (
        await client.complete({
          ref,
          argument: { name, value },
          ...(given ? { context: { arguments: given } } : {}),
        })
      ).completion.values;
    const prompt = { type: 'ref/prompt', name: 'compare_groups' };
    assert.deepEqual(await complete(prompt, 'dataset', 'SLE'), ['sleep.csv']);
    const tool = { type: 'ref/resource', uri: 'assay://tools/{plugin}/{tool}' };
    assert.deepEqual(await complete(tool, 'plugin', 'stat'), ['statistics']);
    assert.deepEqual(await complete(tool, 'tool', 't-', { plugin: 'statistics' }), ['t-test']);
    assert.deepEqual(await complete(tool, 'nothing', ''), []);
  });

  test('what only the user can say is asked of the user, with the columns that would do; a no is a refusal', async (t) => {
    const asked: Json[] = [];
    let answer: Json = { action: 'accept', content: { response: 'extra', predictors: ['group'] } };
    const client = new Client(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: 'auto' }, capabilities: { elicitation: { form: {} } } },
    );
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      asked.push(params);
      return answer;
    });
    t.after(() => client.close());
    await client.connect(new StreamableHTTPClientTransport(url, headersOf(appliance.token)));
    const call = async () =>
      (await client.callTool({
        name: 'run_tool',
        arguments: { tool: 'regression/linear', inputs: { data: data.id } },
      })) as Json;
    const done = await call();
    assert.ok(!done.isError, JSON.stringify(done.content));
    assert.equal(done.structuredContent.state, 'succeeded');
    const { properties, required } = asked[0].requestedSchema;
    assert.deepEqual(required, ['response', 'predictors']);
    assert.ok(properties.response.enum.includes('extra'));
    assert.ok(properties.predictors.items.enum.includes('group'));
    answer = { action: 'decline' };
    const no = await call();
    assert.match(no.content[0].text, /"response" is missing; columns that fit/);
    // Whatever a client says for its user goes through every check.
    answer = { action: 'accept', content: { response: 'nothing', predictors: ['__proto__'], seed: 1 } };
    const lie = await call();
    assert.equal(lie._meta['assay/code'], 'tool.input_invalid');
    assert.equal(asked.length, 3);
  });

  test('assay mcp: who did not sign in, or reaches nobody, is told so by the client', async () => {
    await assert.rejects(connectPipeV1(url, 'assay_nobody'), /does not know you.*assay login --url/);
    await assert.rejects(
      connectPipeV1(new URL('http://127.0.0.1:1'), appliance.token),
      /http:\/\/127\.0\.0\.1:1 does not answer/,
    );
  });

  test('assay mcp: what is no message is told on standard error, and the rest goes on', async () => {
    const { command, args, env } = bridgeTo(url.origin, appliance.token);
    const child = spawn(command, args, { env });
    child.stdin.end(
      ['not json', '[]', '{}', JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/nothing' }), ''].join(
        '\n',
      ),
    );
    child.stdin.on('error', () => undefined);
    const [said, complaints, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    assert.equal(code, 0);
    assert.match(complaints, /What came in is no message/);
    for (const line of said.split('\n').filter(Boolean)) assert.equal(JSON.parse(line).jsonrpc, '2.0');
  });

  test("the inspector's CLI lists and calls", async () => {
    const inspector = createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json');
    const bin = path.join(path.dirname(inspector), 'clients/launcher/build/index.js');
    const inspect = async (era: string, ...rest: string[]) => {
      const at = ['--server-url', url.href, '--transport', 'http', '--protocol-era', era];
      const form = ['--quiet', '--format', 'json', '--header', `Authorization: Bearer ${appliance.token}`];
      const args = [bin, '--cli', ...at, ...form, ...rest];
      const { stdout } = await run(process.execPath, args, { timeout: 60_000 });
      const answer = JSON.parse(stdout);
      return answer.result ?? answer;
    };
    const { tools } = await inspect('modern', '--method', 'tools/list', '--strict');
    assert.ok(tools?.some((tool: Json) => tool.name === 'statistics.t-test'));
    const answer = await inspect(
      'legacy',
      '--method',
      'tools/call',
      '--tool-name',
      'statistics.t-test',
      '--tool-arg',
      `inputs=${JSON.stringify({ data: data.id })}`,
      '--tool-arg',
      `params=${JSON.stringify(golden.params)}`,
    );
    assert.ok(answer.structuredContent.values, JSON.stringify(answer));
  });

  test('without a token nobody is told anything; another workspace has other data', async () => {
    const ask = (headers: Record<string, string>, body: string) =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
        body,
      });
    const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
    for (const headers of [
      {},
      { authorization: 'Bearer x' },
      { authorization: `Bearer ${appliance.startToken}` },
    ]) {
      const answer = await ask(headers, list);
      assert.equal(answer.status, 401);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
    }
    const mine = { authorization: `Bearer ${appliance.token}` };
    assert.equal((await ask({ ...mine, origin: 'https://evil.example' }, list)).status, 403);
    assert.equal((await ask(mine, 'not json')).status, 400);
    assert.equal((await ask(mine, 'x'.repeat(2_000_000))).status, 413);
    assert.equal((await api.call('GET', '/mcp')).status, 405);
    const stranger = await connectV2(url, await addWorkspace(appliance, 'administrator'));
    const seen = await stranger.callTool({ name: 'list_datasets', arguments: {} }, {});
    assert.deepEqual(seen.structuredContent.datasets, []);
    const theirs = await stranger.callTool(
      { name: 'explore.describe', arguments: { inputs: { data: data.id } } },
      {},
    );
    assert.equal(theirs._meta['assay/code'], 'dataset.not_found');
    await stranger.close();
  });
});

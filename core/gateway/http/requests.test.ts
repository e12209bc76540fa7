import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { type Api, callApi } from '../../../test/api.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';
import { speak } from './testing/socket.ts';

const nowhere = '00000000-0000-4000-8000-00000000dead';

describe('requests and refusals', () => {
  let gateway: Gateway;
  let api: Api;
  let stranger: Api;
  before(async () => {
    gateway = await startGateway();
    api = gateway.api;
    stranger = callApi(gateway.url, '');
  });
  after(() => gateway?.stop());

  const refused = async (status: number, code: string, ...call: Parameters<Api['call']>) => {
    const answer = await api.call(...call);
    assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
    return answer;
  };

  test('a problem has every member of the contract, and its request id is that of the header', async () => {
    const { headers, body } = await refused(404, 'job.not_found', 'GET', `/v1/jobs/${nowhere}`);
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.equal(body.type, 'urn:assay:error:job.not_found');
    assert.equal(body.status, 404);
    assert.equal(body.retryable, false);
    assert.equal(typeof body.title, 'string');
    assert.equal(typeof body.detail, 'string');
    assert.equal(body.requestId, headers.get('x-request-id'));
  });

  test('a malformed id answers as an unknown one does', async () => {
    for (const [path, code] of [
      ['/v1/datasets/%', 'dataset.not_found'],
      ['/v1/datasets/%/content', 'dataset.not_found'],
      ['/v1/jobs/%', 'job.not_found'],
      ['/v1/jobs/%/events', 'job.not_found'],
      ['/v1/reports/%', 'report.not_found'],
      ['/v1/reports/%.html', 'report.not_found'],
      ['/v1/datasets?after=%', 'dataset.not_found'],
      ['/v1/jobs?after=%', 'job.not_found'],
    ] as const) {
      const unknown = await refused(404, code, 'GET', path.replace('%', nowhere));
      for (const id of ['x', `urn:uuid:${nowhere}`, nowhere.toUpperCase(), "1'--", '%00']) {
        const malformed = await refused(404, code, 'GET', path.replace('%', id));
        assert.equal(malformed.body.title, unknown.body.title);
        if (id === 'x')
          assert.equal(malformed.body.detail.replace('x ', `${nowhere} `), unknown.body.detail, path);
      }
    }
    await refused(404, 'job.not_found', 'DELETE', '/v1/jobs/x');
  });

  test('server.json says where the MCP server is', async () => {
    const { status, body } = await stranger.call('GET', '/server.json');
    assert.equal(status, 200);
    assert.deepEqual(
      [body.name, body.remotes],
      ['local/assay', [{ type: 'streamable-http', url: `${gateway.url}/mcp` }]],
    );
  });

  test('every address but the open ones needs a token', async () => {
    const { paths } = (await stranger.call('GET', '/openapi.json')).body;
    const open = [
      'GET /health',
      'GET /openapi.json',
      'GET /server.json',
      'POST /v1/sign-in',
      'POST /v1/uploads/{secret}',
    ];
    // Pages and their forms go by the session of the browser: sign-in.test, account-attacks.test.
    const page = /^\/(sign-in|sign-out|account)(\/|$)/;
    for (const [path, operations] of Object.entries(paths))
      for (const method of Object.keys(operations as object).map((m) => m.toUpperCase())) {
        if (open.includes(`${method} ${path}`) || page.test(path)) continue;
        const { status, body, headers } = await stranger.call(method, path.replaceAll(/\{\w+\}/g, nowhere));
        assert.deepEqual([status, body.code], [401, 'identity.token_missing'], `${method} ${path}`);
        assert.match(headers.get('www-authenticate') ?? '', /^Bearer/);
      }
    const wrong = await callApi(gateway.url, `${api.token.slice(0, -1)}x`).call('GET', '/v1/me');
    assert.deepEqual([wrong.status, wrong.body.code], [401, 'identity.token_invalid']);
    const basic = await stranger.call('GET', '/v1/me', { headers: { authorization: 'Basic eDp5' } });
    assert.equal(basic.status, 401);
  });

  test('who the token belongs to', async () => {
    const { status, body } = await api.call('GET', '/v1/me');
    assert.equal(status, 200);
    assert.equal(body.principal.role, 'administrator');
    assert.ok(body.principal.permissions.includes('jobs:submit'));
  });

  test('an unknown address, a method that does not fit', async () => {
    await refused(404, 'request.not_found', 'GET', '/v1/nothing');
    const { status } = await api.call('PUT', '/v1/jobs');
    assert.ok(status === 404 || status === 405, String(status));
  });

  test('what is wrong in a query is named', async () => {
    const { body } = await refused(400, 'request.invalid', 'GET', '/v1/jobs?limit=0&colour=red&state=lost');
    const said = body.issues.map((i: { detail: string }) => i.detail).join('\n');
    assert.match(said, /limit/);
    assert.match(said, /colour/);
    assert.match(said, /state/);
    for (const limit of ['1e2', '1.5', '-1', '', '201', '1&limit=2'])
      await refused(400, 'request.invalid', 'GET', `/v1/jobs?limit=${limit}`);
    assert.deepEqual((await api.call('GET', '/v1/jobs?limit=200')).body, { items: [] });
  });

  test('what is wrong in a body is named, with a pointer', async () => {
    const bad = { tool: 5, inputs: {}, colour: 'red' };
    const { body } = await refused(400, 'request.invalid', 'POST', '/v1/jobs', { json: bad });
    const pointers = body.issues.map((i: { pointer: string }) => i.pointer);
    assert.ok(pointers.includes('/tool'), JSON.stringify(body.issues));
    assert.ok(pointers.includes(''), JSON.stringify(body.issues));
    for (const json of [null, [], 'text', 1, { tool: 'a/b' }])
      await refused(400, 'request.invalid', 'POST', '/v1/jobs', { json });
  });

  test('a body that is no JSON: refused, and said where', async () => {
    const headers = { 'content-type': 'application/json' };
    const { body } = await refused(400, 'request.invalid', 'POST', '/v1/jobs', {
      body: '{"tool": x}',
      headers,
    });
    assert.match(body.detail, /JSON/);
    assert.match(body.detail, /position 9|column 10|'x'|"x"/, body.detail);
    const proto = '{"tool":"a/b","inputs":{},"params":{"__proto__":{"x":1}}}';
    await refused(400, 'request.invalid', 'POST', '/v1/jobs', { body: proto, headers });
    await refused(400, 'request.invalid', 'POST', '/v1/jobs', { body: '', headers });
  });

  test('a body nested without end is refused before anything walks it', async () => {
    const deep = `{"tool":"a/b","inputs":{},"params":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const headers = { 'content-type': 'application/json' };
    const { body } = await refused(400, 'request.invalid', 'POST', '/v1/jobs', { body: deep, headers });
    assert.match(body.detail, /nested/);
  });

  test('another media type, a body too large', async () => {
    const text = { body: '{}', headers: { 'content-type': 'text/plain' } };
    await refused(415, 'request.media_type_unsupported', 'POST', '/v1/jobs', text);
    const large = { json: { tool: 'a/b', inputs: {}, params: { x: 'y'.repeat(1_100_000) } } };
    await refused(413, 'request.too_large', 'POST', '/v1/jobs', large);
    const form = { body: 'token=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    await refused(415, 'request.media_type_unsupported', 'POST', '/v1/sign-in', form);
  });

  test('an idempotency key that is no key', async () => {
    const headers = { 'idempotency-key': 'x'.repeat(300) };
    const json = { tool: 'a/b', inputs: { data: nowhere }, params: {} };
    await refused(400, 'request.invalid', 'POST', '/v1/jobs', { json, headers });
  });

  test('a tool that is not there', async () => {
    const json = { tool: 'a/b', inputs: { data: nowhere }, params: {} };
    await refused(404, 'tool.not_found', 'POST', '/v1/jobs', { json });
    await refused(404, 'tool.not_found', 'GET', '/v1/tools/statistics/nothing');
    await refused(404, 'tool.not_found', 'GET', '/v1/tools/%5Fproto__/NOTHING');
  });

  test('every answer carries the headers that keep a browser from harm', async () => {
    for (const path of ['/health', '/openapi.json', '/v1/me', '/v1/nothing', '/sign-in', '/v1/jobs/x']) {
      const { headers } = await api.call('GET', path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(headers.get('cache-control'), 'no-store', path);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, path);
      assert.match(headers.get('x-frame-options') ?? '', /DENY|SAMEORIGIN/, path);
      assert.match(headers.get('referrer-policy') ?? '', /no-referrer|strict-origin/, path);
      assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/, path);
      assert.equal(headers.get('access-control-allow-origin'), null, path);
    }
  });

  test('only names of this server are answered, against DNS rebinding', async () => {
    const get = (host: string) =>
      speak(gateway.port, 'GET /health HTTP/1.1', `Host: ${host}`, 'Connection: close', '', '');
    for (const name of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])
      assert.match(await get(`${name}:${gateway.port}`), /^HTTP\/1\.1 200/, name);
    for (const name of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.nip.io',
      'localhost@evil.example',
    ]) {
      const answer = await get(`${name}:${gateway.port}`);
      assert.match(answer, /^HTTP\/1\.1 4\d\d/, name);
      assert.doesNotMatch(answer, /"parts"/, name);
    }
    const nameless = await speak(gateway.port, 'GET /health HTTP/1.0', '', '');
    assert.match(nameless, /^HTTP\/1\.[01] 4\d\d/);
  });

  test('health names its parts and nothing else', async () => {
    const { status, body } = await stranger.call('GET', '/health');
    assert.equal(status, 200);
    assert.equal(body.status, 'ok');
    assert.equal(body.parts.database.status, 'ok');
  });

  test('one line a request in the log, without secrets', async () => {
    const { headers } = await api.call('GET', '/v1/jobs?limit=7');
    await stranger.call('POST', '/v1/sign-in', { json: { token: 'not-a-token-of-ours' } });
    await stranger.call('GET', '/sign-in?token=also-not-a-token');
    await gateway.flushed();
    const text = await readFile(gateway.logFile, 'utf8');
    assert.equal(text.split(headers.get('x-request-id') ?? '?').length, 2);
    for (const secret of [api.token, gateway.startToken, 'not-a-token-of-ours', 'also-not-a-token'])
      assert.ok(!text.includes(secret), 'a secret is in the log');
  });
});

test('with the database gone: 503 that says so, no stack, no address; and health says what', async (t) => {
  const gateway = await startGateway();
  t.after(() => gateway.stop());
  await gateway.stopDatabase();
  const { status, headers, body } = await gateway.api.call('GET', '/v1/jobs');
  assert.deepEqual([status, body.code, body.retryable], [503, 'database.unavailable', true]);
  assert.match(headers.get('retry-after') ?? '', /^\d+$/);
  assert.ok(body.detail.includes(body.requestId));
  assert.doesNotMatch(JSON.stringify(body), /node:|\.ts:|ECONN|\/tmp/);
  const health = await gateway.api.call('GET', '/health');
  assert.deepEqual([health.status, health.body.parts.database.status], [503, 'degraded']);
  assert.doesNotMatch(JSON.stringify(health.body), /ECONN|\/tmp|5432/);
});

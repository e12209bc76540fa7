import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { SignJWT } from 'jose';
import { callApi } from '../../../../test/api.ts';
import { allowAll, askFor, authorization, browser, callToken, formOf, redeem } from '../testing/browser.ts';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import { addPerson, type Person } from '../testing/people.ts';

describe('the authorization server', () => {
  let gateway: Gateway;
  let person: Person;
  let administrator: Person;
  before(async () => {
    gateway = await startGateway({ signIn: false });
    person = await addPerson(gateway, { role: 'analyst', workspace: 'other' });
    administrator = await addPerson(gateway, { role: 'administrator' });
  });
  after(() => gateway?.stop());

  const use = (token: string, path = '/v1/me', method = 'GET') =>
    fetch(`${gateway.url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });

  test('says what it is, and what it protects', async () => {
    for (const name of ['oauth-authorization-server', 'openid-configuration']) {
      const answer = await fetch(`${gateway.url}/.well-known/${name}`);
      const said = (await answer.json()) as Record<string, unknown>;
      assert.equal(said.issuer, gateway.url);
      assert.deepEqual(said.code_challenge_methods_supported, ['S256']);
      assert.equal(said.client_id_metadata_document_supported, true);
      assert.equal(said.authorization_response_iss_parameter_supported, true);
      assert.equal(said.registration_endpoint, undefined);
    }
    for (const [path, resource] of [
      ['', '/mcp'],
      ['/mcp', '/mcp'],
      ['/v1', '/v1'],
    ] as const) {
      const answer = await fetch(`${gateway.url}/.well-known/oauth-protected-resource${path}`);
      const said = (await answer.json()) as { resource: string; authorization_servers: string[] };
      assert.equal(said.resource, `${gateway.url}${resource}`);
      assert.deepEqual(said.authorization_servers, [gateway.url]);
    }
  });

  test('a request without a token is told where to get one, for each resource its own', async () => {
    for (const [path, resource] of [
      ['/mcp', 'mcp'],
      ['/v1/me', 'v1'],
    ]) {
      const answer = await fetch(`${gateway.url}${path}`, { method: path === '/mcp' ? 'POST' : 'GET' });
      assert.equal(answer.status, 401);
      const challenge = answer.headers.get('www-authenticate') ?? '';
      assert.ok(
        challenge.includes(
          `resource_metadata="${gateway.url}/.well-known/oauth-protected-resource/${resource}"`,
        ),
      );
      assert.match(challenge, /scope="tools:read jobs:submit"/);
    }
  });

  test('code with PKCE, then refresh; the token is bound to workspace, scopes and resource', async () => {
    const { verifier, address } = authorization(gateway.url);
    const back = await allowAll(browser(person.session), address);
    assert.equal(back.searchParams.get('iss'), gateway.url);
    assert.equal(back.searchParams.get('state'), 'x1');
    const first = await redeem(gateway.url, back, verifier);
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assert.equal(first.body.scope, 'tools:read');
    const answer = await use(String(first.body.access_token));
    const said = (await answer.json()) as { workspace: { id: string }; principal: { id: string } };
    assert.equal(said.workspace.id, person.workspace);
    assert.equal(said.principal.id, person.principal);
    const upload = await use(String(first.body.access_token), '/v1/datasets?name=a.csv', 'POST');
    assert.equal(upload.status, 403);
    assert.match(upload.headers.get('www-authenticate') ?? '', /insufficient_scope", scope="jobs:submit"/);
    const second = await callToken(gateway.url, {
      grant_type: 'refresh_token',
      client_id: 'assay-cli',
      refresh_token: String(first.body.refresh_token),
    });
    assert.equal(second.status, 200, JSON.stringify(second.body));
    assert.notEqual(second.body.refresh_token, first.body.refresh_token);
    assert.equal((await use(String(second.body.access_token))).status, 200);
  });

  test('an MCP client is told which scope it needs more, before anything is done', async () => {
    const { verifier, address } = authorization(gateway.url, { resource: `${gateway.url}/mcp` });
    const { body } = await redeem(gateway.url, await allowAll(browser(person.session), address), verifier);
    const call = (method: string, params: object) =>
      fetch(`${gateway.url}/mcp`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${body.access_token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      });
    assert.equal((await call('tools/list', {})).status, 200);
    assert.equal((await call('tools/call', { name: 'list_datasets', arguments: {} })).status, 200);
    const refused = await call('tools/call', { name: 'statistics.t-test', arguments: {} });
    assert.equal(refused.status, 403);
    assert.match(
      refused.headers.get('www-authenticate') ?? '',
      /insufficient_scope", scope="jobs:submit", resource_metadata="[^"]+\/mcp"/,
    );
  });

  test('who asks for nothing special may look around and run analyses', async () => {
    const { verifier, address } = authorization(gateway.url, { scope: null, resource: null });
    const back = await allowAll(browser(person.session), address);
    const { body } = await redeem(gateway.url, back, verifier);
    assert.equal(body.scope, 'tools:read jobs:submit');
  });

  test('somebody who refuses is taken at their word', async () => {
    const jar = browser(person.session);
    const { page, text } = await askFor(jar, authorization(gateway.url).address);
    const refused = await jar.post(`${page}/refuse`, formOf(text, '/refuse'));
    const back = await jar.get(new URL(refused.headers.get('location') ?? '', gateway.url).href);
    const to = new URL(back.headers.get('location') ?? '');
    assert.equal(to.searchParams.get('error'), 'access_denied');
    assert.equal(to.searchParams.get('iss'), gateway.url);
    assert.equal(to.searchParams.get('code'), null);
  });

  test('a device: the code is typed into a browser, and the device gets its token', async () => {
    const asked = await fetch(`${gateway.url}/oauth/device/authorize`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'assay-cli',
        scope: 'tools:read',
        resource: `${gateway.url}/v1`,
      }),
    });
    const device = (await asked.json()) as Record<string, string>;
    const grant = {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: 'assay-cli',
      device_code: String(device.device_code),
    };
    assert.equal((await callToken(gateway.url, grant)).body.error, 'authorization_pending');
    const jar = browser(person.session);
    const input = await (await jar.get(String(device.verification_uri_complete))).text();
    assert.ok(input.includes(`value="${device.user_code}"`), 'typed in, not sent off');
    const confirm = await jar.post(`${gateway.url}/oauth/device`, formOf(input, '/oauth/device'));
    const page = await confirm.text();
    assert.match(page, /Is this your device/);
    const went = await jar.post(`${gateway.url}/oauth/device`, formOf(page, '/oauth/device'));
    assert.equal(went.status, 303, await went.clone().text());
    const interaction = new URL(went.headers.get('location') ?? '', gateway.url).href;
    const consent = await (await jar.get(interaction)).text();
    const allowed = await jar.post(`${interaction}/allow`, formOf(consent, '/allow'));
    const done = await jar.get(new URL(allowed.headers.get('location') ?? '', gateway.url).href);
    assert.match(await done.text(), /The device is connected/);
    const given = await callToken(gateway.url, grant);
    assert.equal(given.status, 200, JSON.stringify(given.body));
    assert.equal((await use(String(given.body.access_token))).status, 200);
  });

  test('a program proves itself with its own key, and is a service in one workspace', async () => {
    const api = callApi(gateway.url, administrator.token);
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' };
    const registered = await api.call('POST', '/v1/clients', {
      json: {
        name: 'nightly',
        role: 'analyst',
        scopes: ['tools:read', 'jobs:submit'],
        jwks: { keys: [jwk] },
      },
    });
    assert.equal(registered.status, 201, JSON.stringify(registered.body));
    const id = String(registered.body.id);
    const assertion = (claims: Record<string, unknown> = {}) =>
      new SignJWT({ jti: Math.random().toString(36), ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setIssuer(id)
        .setSubject(id)
        .setAudience(gateway.url)
        .setIssuedAt()
        .setExpirationTime('60s')
        .sign(privateKey);
    const ask = async (signed: string) =>
      callToken(gateway.url, {
        grant_type: 'client_credentials',
        client_id: id,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: signed,
        scope: 'tools:read',
        resource: `${gateway.url}/v1`,
      });
    const signed = await assertion();
    const given = await ask(signed);
    assert.equal(given.status, 200, JSON.stringify(given.body));
    const said = (await (await use(String(given.body.access_token))).json()) as {
      principal: { kind: string; name: string };
    };
    assert.deepEqual([said.principal.kind, said.principal.name], ['service', 'nightly']);
    assert.equal((await ask(signed)).status, 401, 'an assertion counts once');
    const other = await callToken(gateway.url, { grant_type: 'client_credentials', client_id: id });
    assert.equal(other.status, 401);
    const removed = await api.call('DELETE', `/v1/clients/${id}`);
    assert.equal(removed.status, 204);
    assert.equal((await ask(await assertion())).status, 401);
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal((await use(String(given.body.access_token))).status, 401, 'its token is worth nothing now');
  });
});

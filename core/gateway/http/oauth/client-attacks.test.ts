import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { callApi } from '../../../../test/api.ts';
import { askFor, authorization, browser, callback } from '../testing/browser.ts';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import { addPerson, type Person } from '../testing/people.ts';

describe('attacks by clients and their metadata', () => {
  let gateway: Gateway;
  let person: Person;
  let administrator: Person;
  before(async () => {
    gateway = await startGateway({ signIn: false });
    person = await addPerson(gateway, { role: 'analyst', workspace: 'other' });
    administrator = await addPerson(gateway, { role: 'administrator' });
  });
  after(() => gateway?.stop());

  test('hostile client metadata: imported documents', async () => {
    const api = callApi(gateway.url, administrator.token);
    const good = {
      client_id: 'https://ide.example/client.json',
      client_name: 'An IDE',
      redirect_uris: ['http://127.0.0.1/callback'],
    };
    const bad: Record<string, unknown>[] = [
      { ...good, client_id: 'http://ide.example/client.json' },
      { ...good, client_id: 'https://ide.example/' },
      { ...good, client_id: 'https://ide.example/a/../client.json' },
      { ...good, client_id: 'https://user@ide.example/client.json' },
      { ...good, client_id: 'https://ide.example/client.json#x' },
      { ...good, client_id: 'assay-cli' },
      { ...good, client_name: '' },
      { ...good, client_name: 'x'.repeat(200) },
      { ...good, redirect_uris: [] },
      { ...good, redirect_uris: ['javascript:alert(1)'] },
      { ...good, redirect_uris: ['http://evil.example/callback'] },
      { ...good, redirect_uris: ['https://ok.example/#x'] },
      { ...good, redirect_uris: ['data:text/html,x'] },
      { ...good, redirect_uris: 'http://127.0.0.1/callback' },
      { ...good, client_secret: 'x' },
      { ...good, token_endpoint_auth_method: 'client_secret_post' },
      { ...good, grant_types: ['client_credentials'] },
      { ...good, grant_types: ['implicit'] },
    ];
    for (const document of bad) {
      const answer = await api.call('POST', '/v1/clients/imports', { json: { document } });
      assert.equal(answer.status, 422, JSON.stringify(document));
      assert.equal(answer.body.code, 'client.metadata_invalid');
      assert.ok(answer.body.issues.length > 0, 'it says which field');
    }
    const script = { ...good, client_name: '<script>alert(1)</script>"\'' };
    assert.equal((await api.call('POST', '/v1/clients/imports', { json: { document: script } })).status, 201);
    const { address } = authorization(gateway.url, { client_id: good.client_id });
    const { text } = await askFor(browser(person.session), address);
    assert.ok(!text.includes('<script>'));
    assert.match(text, /described by <strong>ide\.example<\/strong>/);
    const again = await api.call('POST', '/v1/clients/imports', { json: { document: good } });
    assert.equal(again.status, 422, 'a known one is not replaced silently');
  });

  test('hostile client metadata: nothing is fetched from a host that the operator did not name', async () => {
    let fetched = 0;
    const server = createServer((_, res) => {
      fetched += 1;
      res.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      for (const id of [
        `https://127.0.0.1:${port}/client.json`,
        `https://localhost:${port}/client.json`,
        `http://127.0.0.1:${port}/client.json`,
        `https://[::1]:${port}/client.json`,
        'https://169.254.169.254/latest/meta-data',
        'file:///etc/passwd',
      ]) {
        const answer = await browser(person.session).get(
          authorization(gateway.url, { client_id: id }).address,
        );
        assert.ok(answer.status >= 400 && answer.status < 500, `${id}: ${answer.status}`);
        assert.equal(answer.headers.get('location'), null);
      }
      assert.equal(fetched, 0);
    } finally {
      server.close();
    }
  });

  test('dynamic registration, switched on: with the operator’s token alone, and never for anything but itself', async () => {
    const open = await startGateway({ http: { registrationToken: 'operator-token-1' } });
    try {
      const register = (token: string, body: object) =>
        fetch(`${open.url}/oauth/register`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(token ? { authorization: `Bearer ${token}` } : {}),
          },
          body: JSON.stringify(body),
        });
      const document = { client_name: 'IDE', redirect_uris: [callback] };
      for (const token of ['', 'wrong', open.api.token])
        assert.ok([400, 401].includes((await register(token, document)).status));
      for (const bad of [
        { ...document, redirect_uris: ['http://evil.example/'] },
        { ...document, redirect_uris: ['javascript:x'] },
        {
          ...document,
          grant_types: ['client_credentials'],
          token_endpoint_auth_method: 'client_secret_basic',
        },
        {
          ...document,
          jwks_uri: 'http://169.254.169.254/keys',
          token_endpoint_auth_method: 'private_key_jwt',
        },
      ])
        assert.equal((await register('operator-token-1', bad)).status, 400, JSON.stringify(bad));
      const made = await register('operator-token-1', { ...document, client_id: 'assay-cli' });
      assert.equal(made.status, 201, await made.clone().text());
      const { client_id: id } = (await made.json()) as { client_id: string };
      assert.notEqual(id, 'assay-cli');
      const listed = await open.api.call('GET', '/v1/clients');
      assert.deepEqual([listed.body.items[0].id, listed.body.items[0].kind], [id, 'dynamic']);
      const { text } = await askFor(browser(), authorization(open.url, { client_id: id }).address);
      assert.match(text, /Let IDE in\?/);
    } finally {
      await open.stop();
    }
  });

  test('hostile client metadata: a host that was named is not reached where its address is of the inner network', async () => {
    let fetched = 0;
    const server = createServer((_, res) => {
      fetched += 1;
      res.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const named = await startGateway({ signIn: false, http: { clientHosts: [host, 'localhost'] } });
    try {
      for (const id of [`https://${host}/client.json`, 'https://localhost/client.json']) {
        const answer = await browser().get(authorization(named.url, { client_id: id }).address);
        assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
      }
      assert.equal(fetched, 0);
    } finally {
      await named.stop();
      server.close();
    }
  });

  test('dynamic registration is off', async () => {
    for (const path of ['/oauth/register', '/reg', '/oauth/reg'])
      assert.equal((await fetch(`${gateway.url}${path}`, { method: 'POST', body: '{}' })).status, 404);
  });
});

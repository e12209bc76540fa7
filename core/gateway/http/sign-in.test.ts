import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { callApi } from '../../../test/api.ts';
import { CookieJar, formOf } from './testing/browser.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';

describe('sign-in with the token of the start', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({ signIn: false });
  });
  after(() => gateway?.stop());

  test('looking at the page shows a button, and spends nothing', async () => {
    const anyone = callApi(gateway.url, '');
    for (let i = 0; i < 2; i += 1) {
      const page = await anyone.call('GET', `/sign-in?token=${gateway.startToken}&next=/v1/me`);
      assert.equal(page.status, 200);
      assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
      assert.match(page.body, /<html lang="en">/);
      assert.match(page.body, /<button type="submit">/);
      assert.ok(page.body.includes(gateway.startToken));
      assert.doesNotMatch(page.body, /<script/i);
      assert.doesNotMatch(page.headers.get('set-cookie') ?? '', /assay_session/);
    }
  });

  test('what stands in the address cannot become markup', async () => {
    const hostile = encodeURIComponent('"><img src=x onerror=alert(1)>');
    const page = await callApi(gateway.url, '').call('GET', `/sign-in?token=${hostile}&next=${hostile}`);
    assert.doesNotMatch(page.body, /<img/);
  });

  test('CSRF: a form of another site, of none, without our token, or with that of another browser', async () => {
    const jar = new CookieJar();
    const page = await (await jar.get(`${gateway.url}/sign-in?token=${gateway.startToken}`)).text();
    const fields = formOf(page, '/sign-in');
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${gateway.port + 1}`])
      assert.equal((await jar.post(`${gateway.url}/sign-in`, fields, origin)).status, 403, origin);
    const other = await (await new CookieJar().get(`${gateway.url}/sign-in?token=x`)).text();
    for (const csrf of ['', 'x', formOf(other, '/sign-in').csrf ?? ''])
      assert.equal((await jar.post(`${gateway.url}/sign-in`, { ...fields, csrf })).status, 403);
    assert.equal((await new CookieJar().post(`${gateway.url}/sign-in`, fields)).status, 403, 'login CSRF');
    assert.equal(jar.value('assay_session'), undefined);
  });

  test('a wrong token says so on the page', async () => {
    const jar = new CookieJar();
    const page = await (await jar.get(`${gateway.url}/sign-in?token=assay_wrong`)).text();
    const answer = await jar.post(`${gateway.url}/sign-in`, formOf(page, '/sign-in'));
    assert.equal(answer.status, 401);
    assert.match(await answer.text(), /role="alert"[^>]*>The sign-in token is unknown/);
    assert.equal(jar.value('assay_session'), undefined);
  });

  test('the button gives a session that reads and changes nothing; the token works once', async () => {
    const jar = new CookieJar();
    const address = `${gateway.url}/sign-in?token=${gateway.startToken}&next=/v1/me?x=1`;
    const fields = formOf(await (await jar.get(address)).text(), '/sign-in');
    const answer = await jar.post(`${gateway.url}/sign-in`, fields);
    assert.equal(answer.status, 303, await answer.clone().text());
    assert.equal(answer.headers.get('location'), '/v1/me?x=1');
    const set = answer.headers.getSetCookie().find((line) => line.startsWith('assay_session=')) ?? '';
    assert.match(set, /^assay_session=assays_/);
    assert.match(set, /; HttpOnly/);
    assert.match(set, /; SameSite=Lax/);
    const cookie = set.split(';', 1)[0] ?? '';
    const browser = callApi(gateway.url, '');
    assert.equal((await browser.call('GET', '/v1/me', { headers: { cookie } })).status, 200);
    const neighbours = `theme="dark; broken=,; ${cookie}; x`;
    assert.equal((await browser.call('GET', '/v1/me', { headers: { cookie: neighbours } })).status, 200);
    assert.equal((await browser.call('HEAD', '/v1/me', { headers: { cookie } })).status, 200);
    const twice = `${cookie}; ${cookie}`;
    assert.equal((await browser.call('GET', '/v1/me', { headers: { cookie: twice } })).status, 401);
    const site = { cookie, 'sec-fetch-site': 'cross-site' };
    assert.equal((await browser.call('GET', '/v1/me', { headers: site })).status, 403);
    const json = { tool: 'a/b', inputs: {}, params: {} };
    const change = await browser.call('POST', '/v1/jobs', { json, headers: { cookie } });
    assert.deepEqual([change.status, change.body.code], [401, 'identity.token_missing']);
    const other = new CookieJar();
    const again = formOf(await (await other.get(address)).text(), '/sign-in');
    assert.equal((await other.post(`${gateway.url}/sign-in`, again)).status, 401);
    const api = await browser.call('POST', '/v1/sign-in', { json: { token: gateway.startToken } });
    assert.deepEqual([api.status, api.body.code], [401, 'identity.start_token_invalid']);
  });
});

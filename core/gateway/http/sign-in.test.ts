import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { callApi } from '../../../test/api.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';

describe('sign-in', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({ signIn: false });
  });
  after(() => gateway?.stop());

  const post = (fields: Record<string, string>, headers: Record<string, string>) =>
    callApi(gateway.url, '').call('POST', '/sign-in', { body: new URLSearchParams(fields), headers });

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
      assert.equal(page.headers.get('set-cookie'), null);
    }
  });

  test('what stands in the address cannot become markup', async () => {
    const hostile = encodeURIComponent('"><img src=x onerror=alert(1)>');
    const page = await callApi(gateway.url, '').call('GET', `/sign-in?token=${hostile}&next=${hostile}`);
    assert.doesNotMatch(page.body, /<img/);
  });

  test('a form of another site, or of none, is refused and spends nothing', async () => {
    const origins = ['https://evil.example', 'null', `http://127.0.0.1:${gateway.port + 1}`, undefined];
    for (const origin of origins) {
      const answer = await post({ token: gateway.startToken }, origin === undefined ? {} : { origin });
      assert.equal(answer.status, 403, String(origin));
      assert.equal(answer.headers.get('set-cookie'), null);
    }
  });

  test('a wrong token says so on a page', async () => {
    const answer = await post({ token: 'assay_wrong' }, { origin: gateway.url });
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
    assert.equal(answer.headers.get('set-cookie'), null);
  });

  test('the button gives a cookie that reads and changes nothing; the token works once', async () => {
    const fields = { token: gateway.startToken, next: '/v1/me?x=1' };
    const answer = await post(fields, { origin: gateway.url });
    assert.equal(answer.status, 303, String(answer.body));
    assert.equal(answer.headers.get('location'), '/v1/me?x=1');
    const set = answer.headers.get('set-cookie') ?? '';
    assert.match(set, /^assay_session=assay_/);
    assert.match(set, /; HttpOnly/);
    assert.match(set, /; SameSite=Strict/);
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
    const again = await post(fields, { origin: gateway.url });
    assert.equal(again.status, 401);
    const api = await browser.call('POST', '/v1/sign-in', { json: { token: gateway.startToken } });
    assert.deepEqual([api.status, api.body.code], [401, 'identity.start_token_invalid']);
  });
});

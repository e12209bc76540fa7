import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import {
  allowAll,
  askFor,
  authorization,
  browser,
  callback,
  callToken,
  formOf,
  redeem,
} from '../testing/browser.ts';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import { addPerson, type Person } from '../testing/people.ts';

describe('attacks on the authorization server', () => {
  let gateway: Gateway;
  let person: Person;
  let administrator: Person;
  before(async () => {
    gateway = await startGateway({ signIn: false, limits: { deviceCodesPerAddress: 30 } });
    person = await addPerson(gateway, { role: 'analyst', workspace: 'other' });
    administrator = await addPerson(gateway, { role: 'administrator' });
  });
  after(() => gateway?.stop());

  const works = async (token: unknown) =>
    (await fetch(`${gateway.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status === 200;
  const refresh = (token: unknown) =>
    callToken(gateway.url, {
      ...{ grant_type: 'refresh_token', client_id: 'assay-cli', refresh_token: String(token) },
    });
  async function code() {
    const { verifier, address } = authorization(gateway.url);
    return { verifier, back: await allowAll(browser(person.session), address) };
  }
  /** Waits until a token that was just good is refused; at most five seconds. */
  async function dies(token: unknown): Promise<void> {
    const end = Date.now() + 5000;
    while (await works(token)) assert.ok(Date.now() < end, 'it goes on working');
  }

  test('a replayed code is refused and ends what the first one was given', async () => {
    const { verifier, back } = await code();
    const first = await redeem(gateway.url, back, verifier);
    assert.ok(await works(first.body.access_token));
    assert.equal((await redeem(gateway.url, back, verifier)).body.error, 'invalid_grant');
    assert.equal((await refresh(first.body.refresh_token)).body.error, 'invalid_grant');
    await dies(first.body.access_token);
  });

  test('a code that is redeemed twice at the same moment is good at most once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { verifier, back } = await code();
      const answers = await Promise.all(Array.from({ length: 4 }, () => redeem(gateway.url, back, verifier)));
      assert.ok(answers.filter(({ status }) => status === 200).length <= 1);
    }
  });

  test('missing or plain PKCE, and a verifier of somebody else', async () => {
    for (const more of [
      { code_challenge: null },
      { code_challenge: null, code_challenge_method: null },
      { code_challenge_method: 'plain' },
      { code_challenge_method: null },
      { code_challenge: 'short' },
    ]) {
      const { address } = authorization(gateway.url, more);
      const answer = await browser(person.session).get(address);
      const to = answer.headers.get('location');
      assert.ok(to?.startsWith(`${callback}?error=invalid_request`), `${answer.status} ${to}`);
    }
    const { back } = await code();
    assert.equal((await redeem(gateway.url, back, 'a'.repeat(43))).body.error, 'invalid_grant');
    const other = await code();
    assert.equal((await redeem(gateway.url, other.back, '')).body.error, 'invalid_grant');
  });

  test('43 redirect variants: never a redirect to anywhere but the registered address', async () => {
    const variants = [
      'http://127.0.0.1:1/callback/',
      'http://127.0.0.1:1/callback/..',
      'http://127.0.0.1:1/callback/../evil',
      'http://127.0.0.1:1/callback%2f..%2fevil',
      'http://127.0.0.1:1/Callback',
      'http://127.0.0.1:1/CALLBACK',
      'http://127.0.0.1:1/callback?x=1',
      'http://127.0.0.1:1/callback#f',
      'http://127.0.0.1:1//callback',
      'http://127.0.0.1:1/./callback',
      'http://127.0.0.1:1/callback;x',
      'http://127.0.0.1:1/callback%00',
      'http://127.0.0.1:1/callback%0d%0aset-cookie:x=1',
      'http://127.0.0.1:1/',
      'http://127.0.0.1:1',
      'https://127.0.0.1:1/callback',
      'http://127.0.0.1.evil.example/callback',
      'http://evil.example/callback',
      'https://evil.example/callback',
      'http://evil.example/?http://127.0.0.1/callback',
      'http://evil.example#http://127.0.0.1/callback',
      'http://user@127.0.0.1/callback',
      'http://127.0.0.1@evil.example/callback',
      'http://127.0.0.1:1@evil.example/callback',
      'http://evil.example\\@127.0.0.1/callback',
      'http://127.0.0.2/callback',
      'http://0.0.0.0/callback',
      'http://localhost/callback',
      'http://[::1]/callback',
      'http://[::ffff:127.0.0.1]/callback',
      'http://2130706433/callback',
      'http://0x7f000001/callback',
      'http://127.1/callback',
      'http://127.0.0.1:99999/callback',
      'http://１２７.0.0.1/callback',
      '//127.0.0.1/callback',
      '/callback',
      'callback',
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'urn:ietf:wg:oauth:2.0:oob',
      '',
    ];
    assert.equal(variants.length, 43);
    for (const redirect of variants) {
      const { address } = authorization(gateway.url, { redirect_uri: redirect });
      const answer = await browser(person.session).get(address);
      const to = answer.headers.get('location');
      // Other spellings of the loopback address that a URL parser makes the same one are the same address.
      const same =
        redirect !== '' &&
        URL.canParse(redirect) &&
        /^http:\/\/127\.0\.0\.1(:\d+)?\/callback$/.test(new URL(redirect).href);
      if (same && to?.startsWith('/oauth/interaction/')) continue;
      assert.equal(answer.status, 400, `${redirect} was answered ${answer.status} to ${to}`);
      assert.equal(to, null, redirect);
    }
    // Two addresses in one request are none.
    const twice = `${authorization(gateway.url).address}&redirect_uri=${encodeURIComponent('https://evil.example/')}`;
    assert.equal((await browser(person.session).get(twice)).status, 400);
  });

  test('a code goes only to the client and the address that it was made for', async () => {
    const { verifier, back } = await code();
    const elsewhere = await redeem(gateway.url, back, verifier, {
      redirect_uri: 'http://127.0.0.1:2/callback',
    });
    assert.equal(elsewhere.body.error, 'invalid_grant');
    const other = await code();
    const answer = await redeem(gateway.url, other.back, other.verifier, { client_id: 'somebody-else' });
    assert.ok(['invalid_client', 'invalid_grant'].includes(String(answer.body.error)));
  });

  test('mix-up: every answer says who it is from, refusals too', async () => {
    const { back } = await code();
    assert.equal(back.searchParams.get('iss'), gateway.url);
    const { address } = authorization(gateway.url, { scope: 'no-such-scope', prompt: 'none' });
    const refused = await browser(person.session).get(address);
    const to = new URL(refused.headers.get('location') ?? '');
    assert.ok(to.searchParams.get('error'));
    assert.equal(to.searchParams.get('iss'), gateway.url);
  });

  test('state fixation: an interaction belongs to the browser that began it', async () => {
    const attacker = browser();
    const { address } = authorization(gateway.url);
    const begun = await attacker.get(address);
    const page = new URL(begun.headers.get('location') ?? '', gateway.url).href;
    const victim = browser(person.session);
    assert.equal((await victim.get(page)).status, 404);
    assert.equal(
      (await victim.post(`${page}/allow`, { csrf: 'x', workspace: person.workspace })).status,
      404,
    );
    // Nor does the way back work in another browser.
    const uid = page.split('/').at(-1);
    const resumed = await victim.get(`${gateway.url}/oauth/authorize/${uid}`);
    assert.equal(resumed.status, 400);
    assert.equal(resumed.headers.get('location'), null);
  });

  test('consent bypass: whoever is signed in, a crafted link stops at the page that asks', async () => {
    const jar = browser(person.session);
    await allowAll(jar, authorization(gateway.url).address);
    for (const more of [
      {},
      { prompt: 'none' },
      { prompt: 'consent' },
      { prompt: 'login' },
      { max_age: '99999' },
    ]) {
      const answer = await jar.get(authorization(gateway.url, more).address);
      const to = answer.headers.get('location') ?? '';
      assert.ok(to.startsWith('/oauth/interaction/') || /[?&]error=/.test(to), to);
      assert.ok(!/[?&]code=/.test(to), to);
    }
  });

  test('consent bypass: the way back before anybody said yes leads to the question again', async () => {
    const jar = browser(person.session);
    const { page } = await askFor(jar, authorization(gateway.url).address);
    const resumed = await jar.get(`${gateway.url}/oauth/authorize/${page.split('/').at(-1)}`);
    assert.match(resumed.headers.get('location') ?? '', /^\/oauth\/interaction\//);
  });

  test('consent bypass: who is not signed in sees who asks before the sign-in, and is asked again after it', async () => {
    const jar = browser();
    const { page, text } = await askFor(jar, authorization(gateway.url).address);
    assert.match(text, /Assay command line/);
    const next = await jar.post(`${page}/allow`, formOf(text, '/allow'));
    assert.match(next.headers.get('location') ?? '', /^\/sign-in\?next=%2Foauth%2Finteraction%2F/);
    // Without a session, a workspace in the form gives nothing.
    const forced = await jar.post(`${page}/allow`, {
      ...formOf(text, '/allow'),
      workspace: person.workspace,
    });
    assert.match(forced.headers.get('location') ?? '', /^\/sign-in/);
    jar.set('assay_session', person.session);
    const again = await jar.get(page);
    assert.equal(again.status, 200);
    assert.match(await again.text(), /In which workspace/);
  });

  test('CSRF on consent: without the token of the form, with that of another, or from another site', async () => {
    const jar = browser(person.session);
    const { page, text } = await askFor(jar, authorization(gateway.url).address);
    const fields = formOf(text, '/allow');
    const other = await askFor(browser(person.session), authorization(gateway.url).address);
    for (const csrf of ['', 'x', formOf(other.text, '/allow').csrf ?? ''])
      assert.equal((await jar.post(`${page}/allow`, { ...fields, csrf })).status, 403);
    assert.equal((await jar.post(`${page}/allow`, fields, 'https://evil.example')).status, 403);
    assert.equal((await jar.post(`${page}/allow`, fields, 'null')).status, 403);
    assert.equal((await jar.post(`${page}/allow`, fields)).status, 303, 'and with everything right it works');
  });

  test('clickjacking: no page may be framed', async () => {
    const jar = browser(person.session);
    const { page } = await askFor(jar, authorization(gateway.url).address);
    for (const address of [page, `${gateway.url}/oauth/device`, `${gateway.url}/sign-in`]) {
      const { headers } = await jar.get(address);
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, address);
      assert.equal(headers.get('x-frame-options'), 'DENY', address);
    }
  });

  test('a workspace that somebody is no member of cannot be chosen', async () => {
    const jar = browser(person.session);
    const { page, text } = await askFor(jar, authorization(gateway.url).address);
    const fields = { ...formOf(text, '/allow'), workspace: administrator.workspace };
    assert.equal((await jar.post(`${page}/allow`, fields)).status, 404);
    for (const workspace of ['', 'x', "' or true --"])
      assert.ok((await jar.post(`${page}/allow`, { ...fields, workspace })).status < 500);
  });

  test('refresh reuse ends the whole family', async () => {
    const { verifier, back } = await code();
    const first = await redeem(gateway.url, back, verifier);
    const second = await refresh(first.body.refresh_token);
    assert.equal(second.status, 200);
    assert.equal((await refresh(first.body.refresh_token)).body.error, 'invalid_grant');
    assert.equal((await refresh(second.body.refresh_token)).body.error, 'invalid_grant');
    await dies(second.body.access_token);
    const owner = new pg.Client({ connectionString: gateway.ownerUrl });
    await owner.connect();
    const recorded = async () =>
      (
        await owner.query(
          "select 1 from assay.audit_record where action = 'grant.end' and outcome = 'refused'",
        )
      ).rowCount;
    for (let i = 0; i < 100 && !(await recorded()); i += 1) await new Promise((r) => setTimeout(r, 20));
    assert.ok(await recorded(), 'and is on record');
    await owner.end();
  });

  test('a refresh token cannot be widened, moved to another resource or used by another client', async () => {
    const { verifier, back } = await code();
    const { body } = await redeem(gateway.url, back, verifier);
    const base = {
      ...{ grant_type: 'refresh_token', client_id: 'assay-cli', refresh_token: String(body.refresh_token) },
    };
    assert.equal((await callToken(gateway.url, { ...base, scope: 'tools:read admin' })).status, 400);
    assert.equal((await callToken(gateway.url, { ...base, resource: `${gateway.url}/mcp` })).status, 400);
    assert.equal((await callToken(gateway.url, { ...base, client_id: 'x' })).status, 401);
  });

  test('device-code guessing: thirty tries find nothing, and there are no more', async () => {
    await fetch(`${gateway.url}/oauth/device/authorize`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'assay-cli', resource: `${gateway.url}/v1` }),
    });
    const jar = browser(person.session);
    const letters = 'BCDFGHJKLMNPQRSTVWXZ';
    const answers: number[] = [];
    for (let guess = 0; guess < 40; guess += 1) {
      const input = await (await jar.get(`${gateway.url}/oauth/device`)).text();
      const code = Array.from({ length: 8 }, (_, i) => letters[(guess * 7 + i * (guess + 3)) % 20]).join('');
      const answer = await jar.post(`${gateway.url}/oauth/device`, {
        ...formOf(input, '/oauth/device'),
        user_code: `${code.slice(0, 4)}-${code.slice(4)}`,
      });
      answers.push(answer.status);
      if (answer.status !== 429) assert.match(await answer.text(), /There is no such code/);
    }
    assert.equal(answers.filter((status) => status !== 429).length, 30);
  });

  test('a stranger who has the database has no code and no refresh token', async () => {
    const { verifier, back } = await code();
    const { body } = await redeem(gateway.url, back, verifier);
    const owner = new pg.Client({ connectionString: gateway.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query(
      "select o::text as row, encode(payload, 'escape') as payload from assay.oauth_object o",
    );
    await owner.end();
    assert.ok(rows.length > 0);
    const all = rows.map(({ row, payload }) => `${row} ${payload}`).join('\n');
    for (const secret of [back.searchParams.get('code'), body.refresh_token, person.principal])
      assert.ok(secret && !all.includes(secret));
  });
});

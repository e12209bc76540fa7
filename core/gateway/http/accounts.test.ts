import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Accounts, own, startAccounts } from './testing/accounts.ts';
import { CookieJar, formOf } from './testing/browser.ts';

describe('local accounts', () => {
  let at: Accounts;
  before(async () => {
    at = await startAccounts();
  });
  after(() => at?.stop());

  test('forced change: a given password opens nothing but the page for another one', async () => {
    const { id, login, password } = await at.make();
    const jar = new CookieJar();
    const first = await at.enter(jar, login, password);
    assert.equal(first.headers.get('location'), '/sign-in');
    assert.equal(await at.me(jar), undefined);
    for (const [weak, why] of [
      ['short', /at least 12/],
      ['aaaaaaaaaaaaaaa', /repeats/],
      ['P@ssw0rdP@ssw0rd1', /tried first/],
      [password, /was given to you/],
    ] as const) {
      const answer = await at.send(jar, '/sign-in/new-password', { password: weak, repeat: weak });
      assert.equal(answer.status, 422);
      assert.match(await answer.text(), why);
    }
    const unequal = await at.send(jar, '/sign-in/new-password', { password: own, repeat: `${own}!` });
    assert.match(await unequal.text(), /not the same/);
    const done = await at.send(jar, '/sign-in/new-password', { password: own, repeat: own });
    assert.equal(done.headers.get('location'), '/account');
    assert.equal(await at.me(jar), id);
    assert.equal((await at.enter(new CookieJar(), login, password)).status, 401, 'the given one is over');
  });

  test('a second factor that the role demands is set up during the sign-in; then it is asked for', async () => {
    const { id, login, password } = await at.make('reviewer');
    const jar = new CookieJar();
    await at.enter(jar, login, password);
    await at.send(jar, '/sign-in/new-password', { password: own, repeat: own });
    assert.equal(await at.me(jar), undefined);
    const factor = await at.withFactor(jar, '/sign-in', '/sign-in/enrol');
    assert.equal(factor.codes.length, 10);
    assert.equal(await at.me(jar), id);
    const again = new CookieJar();
    await at.enter(again, login, own);
    assert.equal(await at.me(again), undefined);
    const wrong = await at.send(again, '/sign-in/code', { code: '000000' });
    assert.equal(wrong.status, 401);
    assert.match(await wrong.text(), /role="alert"/);
    assert.equal((await at.send(again, '/sign-in/code', { code: factor.code() })).status, 303);
    assert.equal(await at.me(again), id);
  });

  test('a recovery code works once, and new ones end the old', async () => {
    const { id, login, jar } = await at.settled();
    const { code, codes } = await at.withFactor(jar, '/account/factor', '/account/factor');
    const [first = '', second = ''] = codes;
    for (const [recovery, status] of [
      [first.toLowerCase(), 303],
      [first, 401],
      [second, 303],
    ] as const) {
      const other = new CookieJar();
      await at.enter(other, login, own);
      assert.equal((await at.send(other, '/sign-in/code', { code: recovery })).status, status, recovery);
      assert.equal(await at.me(other), status === 303 ? id : undefined);
    }
    const changed = await at.send(
      jar,
      '/account/factor/change',
      { code: code(), change: 'new-codes' },
      '/account',
    );
    assert.equal(changed.status, 200);
    const other = new CookieJar();
    await at.enter(other, login, own);
    assert.equal((await at.send(other, '/sign-in/code', { code: codes[2] ?? '' })).status, 401);
  });

  test('a workspace is chosen where there are several, and never one of others', async () => {
    const { id, login } = await at.settled();
    const other = '11111111-1111-4111-8111-111111111111';
    const foreign = '22222222-2222-4222-8222-222222222222';
    for (const each of [other, foreign])
      await at.owner.query('insert into assay.workspace (id, name) values ($1, $2)', [each, `made ${each}`]);
    await at.owner.query("insert into assay.membership values ($1, $2, 'viewer')", [other, id]);
    const jar = new CookieJar();
    await at.enter(jar, login, own);
    assert.equal(await at.me(jar), undefined);
    assert.equal((await at.send(jar, '/sign-in/workspace', { workspace: foreign })).status, 422);
    assert.equal((await at.send(jar, '/sign-in/workspace', { workspace: 'x' })).status, 422);
    assert.equal((await at.send(jar, '/sign-in/workspace', { workspace: other })).status, 303);
    const said = (await (await jar.get(`${at.gateway.url}/v1/me`)).json()) as { workspace: { id: string } };
    assert.equal(said.workspace.id, other);
  });

  test('idle and absolute limits of a session', async () => {
    const { id, jar } = await at.settled();
    assert.equal(await at.me(jar), id);
    await at.owner.query(
      "update assay.session set seen_at = now() - interval '31 minutes' where principal_id = $1",
      [id],
    );
    const gone = Date.now() + 5000;
    while ((await at.me(jar)) !== undefined) assert.ok(Date.now() < gone);
    await at.owner.query(
      'update assay.session set seen_at = now(), expires_at = now() where principal_id = $1',
      [id],
    );
    assert.equal(await at.me(jar), undefined);
    const unfinished = new CookieJar();
    const made = await at.make();
    await at.enter(unfinished, made.login, made.password);
    const { rows } = await at.owner.query(
      'select expires_at - now() as left from assay.session where principal_id = $1',
      [made.id],
    );
    assert.ok(rows[0].left.minutes <= 10 && !rows[0].left.hours, 'an unfinished sign-in is over soon');
  });

  test('sessions are listed and ended: one by one, by signing out, all by a reset', async () => {
    const { id, login, jar } = await at.settled();
    const second = new CookieJar();
    await at.enter(second, login, own);
    const dead = async (each: CookieJar) => {
      const end = Date.now() + 5000;
      while ((await at.me(each)) !== undefined) assert.ok(Date.now() < end, 'it goes on working');
    };
    const shown = await jar.get(`${at.gateway.url}/v1/sessions`);
    assert.equal(shown.status, 200, await shown.clone().text());
    const list = (await shown.json()) as {
      items: { id: string; current: boolean }[];
    };
    assert.equal(list.items.length, 2);
    const other = list.items.find(({ current }) => !current);
    const ended = await at.send(jar, '/account/sessions/end', { id: other?.id ?? '' }, '/account');
    assert.equal(ended.status, 303);
    await dead(second);
    const third = new CookieJar();
    await at.enter(third, login, own);
    assert.equal((await at.send(third, '/sign-out', {}, '/account')).status, 303);
    await dead(third);
    assert.equal(await at.me(jar), id);
    const stranger = await at.settled();
    const page = await (await stranger.jar.get(`${at.gateway.url}/account`)).text();
    const { csrf = '' } = formOf(page, '/sign-out');
    const foreign = await stranger.jar.post(`${at.gateway.url}/account/sessions/end`, {
      csrf,
      id: other?.id ?? '',
    });
    assert.equal(foreign.status, 422, 'somebody else’s is unknown');
    const reset = await at.gateway.api.call('POST', `/v1/users/${id}/reset-password`, { json: {} });
    assert.equal(reset.status, 200);
    await dead(jar);
    assert.equal((await at.enter(new CookieJar(), login, own)).status, 401);
    const with0 = await at.enter(new CookieJar(), login, reset.body.password);
    assert.equal(with0.headers.get('location'), '/sign-in');
  });

  test('somebody who is disabled is out within a second, and cannot come back until enabled', async () => {
    const { id, login, jar } = await at.settled();
    assert.equal(
      (await at.gateway.api.call('POST', `/v1/users/${id}`, { json: { disabled: true } })).status,
      200,
    );
    const end = Date.now() + 5000;
    while ((await at.me(jar)) !== undefined) assert.ok(Date.now() < end);
    assert.equal((await at.enter(new CookieJar(), login, own)).status, 401);
    assert.equal(
      (await at.gateway.api.call('POST', `/v1/users/${id}`, { json: { disabled: false } })).status,
      200,
    );
    assert.equal((await at.enter(new CookieJar(), login, own)).status, 303);
    const self = await at.gateway.api.call('GET', '/v1/me');
    const themselves = await at.gateway.api.call('POST', `/v1/users/${self.body.principal.id}`, {
      json: { disabled: true },
    });
    assert.equal(themselves.status, 403);
  });

  test('bad input: logins that are taken or no logins, users that are not there', async () => {
    const { login } = await at.make();
    const taken = await at.gateway.api.call('POST', '/v1/users', {
      json: { login: login.toUpperCase(), name: 'x' },
    });
    assert.deepEqual([taken.status, taken.body.code], [409, 'identity.login_taken']);
    for (const bad of ['a b', 'é', '../x', '<x>', "x'--"]) {
      const answer = await at.gateway.api.call('POST', '/v1/users', { json: { login: bad, name: 'x' } });
      assert.deepEqual([answer.status, answer.body.code], [400, 'request.invalid'], bad);
    }
    const none = '00000000-0000-4000-8000-00000000000f';
    const change = { json: { disabled: true } };
    assert.equal((await at.gateway.api.call('POST', `/v1/users/${none}`, change)).status, 404);
    assert.equal(
      (await at.gateway.api.call('POST', `/v1/users/${none}/reset-password`, { json: {} })).status,
      404,
    );
  });

  test('every sign-in is on record, failed ones too, and no password anywhere', async () => {
    const { id, login, password } = await at.make();
    await at.enter(new CookieJar(), login, 'a wrong password 1');
    await at.enter(new CookieJar(), login, password);
    const { rows } = await at.owner.query<{ action: string; outcome: string; detail: { reason?: string } }>(
      'select action, outcome, detail from assay.audit_record where subject_id = $1 or principal_id::text = $1 order by seq',
      [id],
    );
    assert.ok(
      rows.some(
        ({ action, outcome, detail }) =>
          action === 'session.refuse' && outcome === 'refused' && detail.reason === 'password',
      ),
    );
    assert.ok(rows.some(({ action }) => action === 'session.proceed'));
    const all = await at.owner.query(
      'select a::text from assay.account a union all select s::text from assay.session s union all select r::text from assay.audit_record r',
    );
    const text = JSON.stringify(all.rows);
    for (const secret of [password, own, 'a wrong password 1']) assert.ok(!text.includes(secret));
  });
});

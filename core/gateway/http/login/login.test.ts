import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { type IdentityProvider, startIdentityProvider } from '../../../../test/identity-provider.ts';
import { CookieJar } from '../testing/browser.ts';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import type { ProviderSettings } from './settings.ts';

const settingsOf = (
  name: string,
  idp: IdentityProvider,
  more: Partial<ProviderSettings> = {},
): ProviderSettings => ({
  name,
  title: `Company ${name}`,
  issuer: idp.issuer,
  clientId: idp.clientId,
  clientSecret: idp.clientSecret,
  scopes: [],
  groupsClaim: 'groups',
  roles: [
    { group: 'g-admins', workspace: 'default', role: 'administrator' },
    { group: 'g-analysts', workspace: 'default', role: 'analyst' },
  ],
  requireAcr: [],
  requireAmr: [],
  ...more,
});

/** From our sign-in page through the provider and back, as a browser goes. @returns the last answer of ours */
export async function signIn(
  url: string,
  jar: CookieJar,
  company: CookieJar,
  name: string,
  user: string,
  next = '',
) {
  let answer = await jar.get(`${url}/login/${name}${next}`);
  if (answer.status !== 303) return answer;
  answer = await jar.get(new URL(answer.headers.get('location') ?? '', url).href);
  assert.equal(answer.status, 302, await answer.clone().text());
  let there = await company.get(answer.headers.get('location') ?? '');
  const form = new URL(there.headers.get('location') ?? '', answer.headers.get('location') ?? '').href;
  await company.get(form);
  there = await company.post(form, { user });
  there = await company.get(there.headers.get('location') ?? '');
  return jar.get(there.headers.get('location') ?? '');
}

describe('identity providers', () => {
  let gateway: Gateway;
  let owner: pg.Client;
  let first: IdentityProvider;
  let second: IdentityProvider;
  const callbacks: string[] = [];
  before(async () => {
    // The callback is at an address that is known once the gateway listens; the provider takes any port of loopback.
    first = await startIdentityProvider([
      'http://127.0.0.1/login/first/callback',
      'http://127.0.0.1/login/strict/callback',
    ]);
    second = await startIdentityProvider(['http://127.0.0.1/login/second/callback']);
    for (const idp of [first, second]) {
      idp.users.set('u1', { name: 'Ann', email: 'ann@example.org', groups: ['g-analysts'] });
      idp.users.set('u2', { name: 'Bob', email: 'bob@example.org', groups: [] });
      idp.users.set('u3', {
        name: 'Cleo',
        email: 'cleo@example.org',
        groups: ['g-admins', 'g-analysts'],
        amr: ['pwd', 'otp'],
        acr: 'mfa',
      });
    }
    gateway = await startGateway({
      signIn: false,
      access: { mfaRoles: ['administrator'] },
      providers: [
        settingsOf('first', first),
        settingsOf('second', second),
        settingsOf('strict', first, { requireAmr: ['otp'] }),
      ],
    });
    callbacks.push(gateway.url);
    owner = new pg.Client({ connectionString: gateway.ownerUrl });
    await owner.connect();
  });
  after(async () => {
    await owner?.end();
    await gateway?.stop();
    await first?.stop();
    await second?.stop();
  });
  const enter = async (name: string, user: string, next = '') => {
    const jar = new CookieJar();
    return { jar, answer: await signIn(gateway.url, jar, new CookieJar(), name, user, next) };
  };
  const me = async (jar: CookieJar) => {
    const answer = await jar.get(`${gateway.url}/v1/me`);
    return answer.status === 200
      ? ((await answer.json()) as { principal: { id: string; name: string; role: string } }).principal
      : undefined;
  };

  test('the sign-in page offers both; each signs in, and the same subject of another provider is another person', async () => {
    const page = await (await fetch(`${gateway.url}/sign-in`)).text();
    assert.match(page, /href="\/login\/first"[^>]*>Sign in with Company first/);
    assert.match(page, /href="\/login\/second"/);
    const one = await enter('first', 'u1', '?next=/v1/me');
    assert.equal(one.answer.status, 303, await one.answer.clone().text());
    assert.equal(one.answer.headers.get('location'), '/v1/me');
    const [ann, again, other] = [one, await enter('first', 'u1'), await enter('second', 'u1')];
    const who = await me(ann.jar);
    assert.deepEqual([who?.name, who?.role], ['Ann', 'analyst']);
    assert.equal((await me(again.jar))?.id, who?.id);
    assert.notEqual((await me(other.jar))?.id, who?.id);
  });

  test('groups decide at every sign-in: given, changed, taken away', async () => {
    first.users.set('u9', { name: 'Dee', email: 'd@example.org', groups: ['g-analysts'] });
    assert.equal((await me((await enter('first', 'u9')).jar))?.role, 'analyst');
    first.users.set('u9', { name: 'Dee', email: 'd@example.org', groups: ['g-admins'], amr: ['otp'] });
    assert.equal((await me((await enter('first', 'u9')).jar))?.role, 'administrator');
    first.users.set('u9', { name: 'Dee', email: 'd@example.org', groups: [] });
    const out = await enter('first', 'u9');
    assert.equal(out.answer.status, 401);
    assert.match(await out.answer.text(), /member of no workspace/);
    assert.equal(await me(out.jar), undefined);
  });

  test('a role that somebody here gave is not touched by groups', async () => {
    first.users.set('u8', { name: 'Eve', email: 'e@example.org', groups: ['g-analysts'] });
    const who = await me((await enter('first', 'u8')).jar);
    await owner.query(
      "update assay.membership set role = 'viewer', granted_by = 'assay' where principal_id = $1",
      [who?.id],
    );
    assert.equal((await me((await enter('first', 'u8')).jar))?.role, 'viewer');
    first.users.set('u8', { name: 'Eve', email: 'e@example.org', groups: [] });
    assert.equal((await me((await enter('first', 'u8')).jar))?.role, 'viewer');
  });

  test('group spoofing: another spelling, a part, or a text in place of a list gives nothing', async () => {
    for (const groups of [
      ['G-ADMINS'],
      ['g-admins '],
      ['g-admin'],
      ['xg-admins'],
      ['g-admins,g-analysts'],
      'g-admins',
      [['g-admins']],
      { 0: 'g-admins' },
    ]) {
      first.users.set('spoof', { name: 'X', email: 'x@example.org', groups: groups as never, amr: ['otp'] });
      const { answer } = await enter('first', 'spoof');
      assert.equal(answer.status, 401, JSON.stringify(groups));
    }
  });

  test('e-mail takeover: the address, the name and the subject of somebody else open nothing of theirs', async () => {
    const ann = await me((await enter('first', 'u1')).jar);
    second.users.set('taker', { name: 'Ann', email: 'ann@example.org', groups: ['g-analysts'] });
    const taker = await me((await enter('second', 'taker')).jar);
    assert.ok(taker && taker.id !== ann?.id);
    const { rows } = await owner.query(
      'select count(*)::int as n from assay.identity where principal_id = $1',
      [ann?.id],
    );
    assert.equal(rows[0].n, 1);
  });

  test('a role that needs a second factor: without amr or acr of it nobody gets in', async () => {
    first.users.set('weak', { name: 'Weak', email: 'w@example.org', groups: ['g-admins'], amr: ['pwd'] });
    const weak = await enter('first', 'weak');
    assert.equal(weak.answer.status, 401);
    assert.match(await weak.answer.text(), /second factor/);
    assert.equal((await me((await enter('first', 'u3')).jar))?.role, 'administrator');
    const strict = await enter('strict', 'u1');
    assert.equal(strict.answer.status, 401);
    assert.match(await strict.answer.text(), /\(amr\)/);
    assert.equal((await enter('strict', 'u3')).answer.status, 303);
  });

  test('who is refused there is told so here', async () => {
    const { answer, jar } = await enter('first', 'nobody');
    assert.equal(answer.status, 401);
    assert.match(await answer.text(), /did not sign you in/);
    assert.equal(await me(jar), undefined);
  });

  test('login CSRF: a link on another site leads to our page, and never straight to the provider', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const answer = await fetch(`${gateway.url}/login/first?next=/account`, {
        headers: { 'sec-fetch-site': site },
        redirect: 'manual',
      });
      assert.equal(answer.headers.get('location'), '/sign-in?next=%2Faccount');
    }
    // The second step alone, without having set out, is no way round it.
    const jar = new CookieJar();
    const go = await jar.get(`${gateway.url}/login/first/go`);
    const to = new URL(go.headers.get('location') ?? '', gateway.url);
    const company = new CookieJar();
    const shown = await company.get(to.href);
    const form = new URL(shown.headers.get('location') ?? '', to).href;
    await company.get(form);
    const back = await company.get((await company.post(form, { user: 'u1' })).headers.get('location') ?? '');
    const answer = await jar.get(back.headers.get('location') ?? '');
    assert.equal(answer.status, 401);
    assert.equal(await me(jar), undefined);
  });

  /** Up to the address that the provider sends the browser back to. */
  async function upToCallback(user: string): Promise<{ jar: CookieJar; back: URL }> {
    const jar = new CookieJar();
    await jar.get(`${gateway.url}/login/first`);
    const go = await jar.get(`${gateway.url}/login/first/go`);
    const to = go.headers.get('location') ?? '';
    const company = new CookieJar();
    const form = new URL((await company.get(to)).headers.get('location') ?? '', to).href;
    await company.get(form);
    const done = await company.get((await company.post(form, { user })).headers.get('location') ?? '');
    return { jar, back: new URL(done.headers.get('location') ?? '') };
  }

  test('code injection and state fixation: what one browser began no other ends', async () => {
    const attacker = await upToCallback('u2');
    const victim = await upToCallback('u1');
    for (const jar of [new CookieJar(), victim.jar]) {
      const answer = await jar.get(attacker.back.href);
      assert.ok(answer.status === 401 || answer.status === 200, String(answer.status));
      assert.equal(await me(jar), undefined);
    }
    // The victim's own code under the attacker's state, and the other way round.
    const mixed = await upToCallback('u1');
    const code = new URL(mixed.back);
    code.searchParams.set('state', attacker.back.searchParams.get('state') ?? '');
    assert.equal((await mixed.jar.get(code.href)).status, 401);
    assert.equal(await me(mixed.jar), undefined);
  });

  test('a replayed callback signs nobody in', async () => {
    const { jar, back } = await upToCallback('u1');
    assert.equal((await jar.get(back.href)).status, 303);
    const thief = new CookieJar();
    assert.notEqual((await thief.get(back.href)).status, 303);
    assert.equal(await me(thief), undefined);
    assert.notEqual((await jar.get(back.href)).status, 303);
  });

  test('open redirect by next', async () => {
    for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:x']) {
      const { answer } = await enter('first', 'u1', `?next=${encodeURIComponent(next)}`);
      assert.equal(answer.headers.get('location'), '/account', next);
    }
  });

  test('hostile names are text, and one line of it', async () => {
    first.users.set('evil', {
      name: '<script>alert(1)</script>\u202e\r\nset-cookie: x=1',
      email: 'x',
      groups: ['g-analysts'],
    });
    const { jar } = await enter('first', 'evil');
    const page = await (await jar.get(`${gateway.url}/account`)).text();
    assert.ok(!page.includes('<script>') && !page.includes('\u202e'));
    assert.match(page, /&lt;script&gt;/);
  });

  test('behind a proxy that speaks TLS: cookies and addresses are those of the public name', async () => {
    const behind = await startGateway({
      signIn: false,
      providers: [settingsOf('first', first)],
      http: { publicUrl: 'https://localhost' },
    });
    try {
      const set = await fetch(`${behind.url}/login/first`, { redirect: 'manual' });
      const [cookie = ''] = set.headers.getSetCookie();
      assert.match(cookie, /^__Host-assay_login=.*; Secure$/);
      const headers = { cookie: cookie.split(';', 1)[0] ?? '' };
      const go = await fetch(`${behind.url}/login/first/go`, { redirect: 'manual', headers });
      assert.equal(go.status, 302);
      const to = new URL(go.headers.get('location') ?? '');
      assert.equal(to.searchParams.get('redirect_uri'), 'https://localhost/login/first/callback');
      assert.match(go.headers.getSetCookie().join(), /__Host-assay_idp_first=[^;]+;.*Secure/);
    } finally {
      await behind.stop();
    }
  });

  test('a provider that is down: words, and it works once it is back', async () => {
    const idp = await startIdentityProvider(['http://127.0.0.1/login/late/callback']);
    const port = Number(new URL(idp.issuer).port);
    await idp.stop();
    const late = await startGateway({ signIn: false, providers: [settingsOf('late', idp)] });
    try {
      const jar = new CookieJar();
      const down = await jar.get(`${late.url}/login/late`);
      assert.equal(down.status, 503);
      assert.match(await down.text(), /cannot be used at the moment/);
      assert.equal((await fetch(`${late.url}/sign-in`)).status, 200, 'everything else goes on');
      const back = await startIdentityProvider(['http://127.0.0.1/login/late/callback'], port);
      try {
        assert.equal((await jar.get(`${late.url}/login/late`)).status, 303);
      } finally {
        await back.stop();
      }
    } finally {
      await late.stop();
    }
  });
});

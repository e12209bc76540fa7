import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Accounts, own, startAccounts } from './testing/accounts.ts';
import { CookieJar, formOf } from './testing/browser.ts';

describe('attacks on local accounts', () => {
  let at: Accounts;
  before(async () => {
    at = await startAccounts();
  });
  after(() => at?.stop());

  test('TOTP replay: a code that was taken is not taken again, nor the one before it', async () => {
    const { login, jar } = await at.settled();
    const { code } = await at.withFactor(jar, '/account/factor', '/account/factor');
    const first = new CookieJar();
    await at.enter(first, login, own);
    assert.equal((await at.send(first, '/sign-in/code', { code: code() })).status, 303);
    const second = new CookieJar();
    await at.enter(second, login, own);
    for (const used of [code(), code(-1)])
      assert.equal((await at.send(second, '/sign-in/code', { code: used })).status, 401);
    // At the same moment: at most one.
    await at.owner.query('update assay.account set totp_step = 0 where login = $1', [login]);
    const jars = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const each = new CookieJar();
        await at.enter(each, login, own);
        return each;
      }),
    );
    const answers = await Promise.all(jars.map((each) => at.send(each, '/sign-in/code', { code: code() })));
    assert.equal(answers.filter(({ status }) => status === 303).length, 1);
  });

  test('lockout: after five failures a right password waits too, and another login does not', async () => {
    const { login } = await at.settled();
    const other = await at.settled();
    const tries = [];
    for (let i = 0; i < 5; i += 1) tries.push((await at.enter(new CookieJar(), login, 'wrong')).status);
    assert.deepEqual(tries, [401, 401, 401, 401, 401]);
    const locked = await at.enter(new CookieJar(), login, own);
    assert.equal(locked.status, 429);
    assert.match(await locked.text(), /the next one counts in \d+ seconds/);
    assert.equal((await at.enter(new CookieJar(), other.login, own)).status, 303);
    await at.owner.query("update assay.sign_in_attempt set locked_until = now() - interval '1 second'");
    assert.equal((await at.enter(new CookieJar(), login, own)).status, 303, 'once it is over');
    const { rows } = await at.owner.query(
      'select count(*)::int as n from assay.sign_in_attempt where failures >= 5',
    );
    assert.equal(rows[0].n, 0, 'and all is forgotten');
  });

  test('guessing in parallel gets no more tries than guessing in turn', async () => {
    const { login } = await at.settled();
    const page = new CookieJar();
    const fields = formOf(await (await page.get(`${at.gateway.url}/sign-in`)).text(), '/sign-in/password');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        page.post(`${at.gateway.url}/sign-in/password`, { ...fields, login, password: `wrong ${i}` }),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 401).length, 5);
    assert.equal(answers.filter(({ status }) => status === 429).length, 15);
    await at.owner.query('delete from assay.sign_in_attempt');
  });

  test('enumeration: an unknown login is answered, counted and locked as a known one', async () => {
    const { login } = await at.settled();
    const texts = new Map<string, string[]>();
    for (const name of [login, 'nobody-at-all']) {
      const said: string[] = [];
      for (let i = 0; i < 6; i += 1) {
        const answer = await at.enter(new CookieJar(), name, 'wrong password');
        said.push(
          `${answer.status} ${/role="alert"[^>]*>([^<]*)/.exec(await answer.text())?.[1]?.replace(/\d+/g, 'n')}`,
        );
      }
      texts.set(name, said);
    }
    assert.deepEqual(texts.get(login), texts.get('nobody-at-all'));
    await at.owner.query('delete from assay.sign_in_attempt');
  });

  test('enumeration by time: an unknown login costs a hash as well', async () => {
    const { login } = await at.settled();
    const time = async (name: string) => {
      const start = performance.now();
      await at.enter(new CookieJar(), name, 'wrong password');
      return performance.now() - start;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      known.push(await time(login));
      unknown.push(await time(`nobody${i}`));
    }
    // The least of each: what is left is what the hash takes. Without one it would be a tenth.
    assert.ok(Math.min(...unknown) > Math.min(...known) / 3, `${unknown} against ${known}`);
    await at.owner.query('delete from assay.sign_in_attempt');
  });

  test('session fixation: every stage has a secret of its own, and the one before is dead', async () => {
    const { login, password } = await at.make();
    const jar = new CookieJar();
    const planted = `assays_${'A'.repeat(12)}_${'A'.repeat(43)}_00000000`;
    jar.set('assay_session', planted);
    await at.enter(jar, login, password);
    const first = jar.value('assay_session');
    assert.ok(first && first !== planted);
    await at.send(jar, '/sign-in/new-password', { password: own, repeat: own });
    const second = jar.value('assay_session');
    assert.notEqual(second, first);
    const old = new CookieJar();
    old.set('assay_session', String(first));
    assert.equal(await at.me(old), undefined);
    assert.match(await (await old.get(`${at.gateway.url}/sign-in`)).text(), /<h1>Sign in<\/h1>/);
  });

  test('no stage can be skipped by sending the form of another', async () => {
    const { login, jar: first } = await at.settled();
    await at.withFactor(first, '/account/factor', '/account/factor');
    const jar = new CookieJar();
    await at.enter(jar, login, own);
    const { csrf = '' } = formOf(await (await jar.get(`${at.gateway.url}/sign-in`)).text(), '/sign-in/code');
    for (const [action, fields] of [
      ['/sign-in/new-password', { password: own, repeat: own }],
      ['/sign-in/enrol', { code: '000000' }],
      ['/sign-in/workspace', { workspace: '00000000-0000-4000-8000-000000000001' }],
      ['/account/password', { current: own, password: own, repeat: own }],
      ['/account/factor/change', { code: '000000', change: 'remove' }],
    ] as const) {
      const answer = await jar.post(`${at.gateway.url}${action}`, { csrf, ...fields });
      assert.ok([303, 401].includes(answer.status), `${action}: ${answer.status}`);
      assert.equal(await at.me(jar), undefined);
    }
  });

  test('open redirect: next leads nowhere but to this server', async () => {
    const { login } = await at.settled();
    for (const next of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/%0d%0aset-cookie:x=1',
      'account',
    ]) {
      const jar = new CookieJar();
      const page = await (await jar.get(`${at.gateway.url}/sign-in?next=${encodeURIComponent(next)}`)).text();
      const fields = { ...formOf(page, '/sign-in/password'), next, login, password: own };
      const answer = await jar.post(`${at.gateway.url}/sign-in/password`, fields);
      assert.equal(answer.status, 303);
      const location = answer.headers.get('location') ?? '';
      assert.equal(new URL(location, at.gateway.url).origin, at.gateway.url, next);
      assert.equal(answer.headers.get('x'), null);
    }
  });

  test('header injection by a login or a program name', async () => {
    const jar = new CookieJar();
    const answer = await at.enter(jar, 'a\r\nset-cookie: x=1', 'wrong');
    assert.equal(answer.status, 401);
    assert.ok(!answer.headers.getSetCookie().some((line) => line.startsWith('x=')));
  });
});

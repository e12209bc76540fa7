import assert from 'node:assert/strict';
import { NodeCryptoPlugin } from '@otplib/plugin-crypto-node';
import { generateSync } from 'otplib';
import pg from 'pg';
import { CookieJar, formOf } from './browser.ts';
import { type Gateway, startGateway } from './gateway.ts';

/** The password that everybody chooses. */
export const own = 'four gentle tigers waltz';
const crypto = new NodeCryptoPlugin();

export interface Made {
  readonly id: string;
  readonly login: string;
  readonly password: string;
}

/** A gateway with local accounts, and what people do with their browsers; `reviewer` needs a second factor. */
export interface Accounts {
  readonly gateway: Gateway;
  /** The owner of the tables. */
  readonly owner: pg.Client;
  make(role?: string): Promise<Made>;
  /** Sends the form of this action that stands on the page where the browser is now. */
  send(jar: CookieJar, action: string, fields: Record<string, string>, page?: string): Promise<Response>;
  enter(jar: CookieJar, login: string, password: string): Promise<Response>;
  /** Whose session is open. */
  me(jar: CookieJar): Promise<string | undefined>;
  /** Somebody who has chosen a password of their own and is signed in. */
  settled(role?: string): Promise<Made & { jar: CookieJar }>;
  /** Sets a second factor up: codes by time step from now, and recovery codes. */
  withFactor(
    jar: CookieJar,
    page: string,
    action: string,
  ): Promise<{ code(steps?: number): string; codes: string[] }>;
  stop(): Promise<void>;
}

export async function startAccounts(): Promise<Accounts> {
  const gateway = await startGateway({ access: { mfaRoles: ['reviewer'] } });
  const owner = new pg.Client({ connectionString: gateway.ownerUrl });
  await owner.connect();
  let count = 0;
  const at: Accounts = {
    gateway,
    owner,
    async make(role = 'analyst') {
      count += 1;
      const json = { login: `person${count}`, name: `Person ${count}`, role };
      const { status, body } = await gateway.api.call('POST', '/v1/users', { json });
      assert.equal(status, 201, JSON.stringify(body));
      return { id: body.user.id, login: json.login, password: body.password };
    },
    async send(jar, action, fields, page = '/sign-in') {
      const text = await (await jar.get(`${gateway.url}${page}`)).text();
      assert.ok(text.includes(`action="${action}"`), `${action} is not on this page: ${text}`);
      return jar.post(`${gateway.url}${action}`, { ...formOf(text, action), ...fields });
    },
    enter: (jar, login, password) => at.send(jar, '/sign-in/password', { login, password }),
    async me(jar) {
      const answer = await jar.get(`${gateway.url}/v1/me`);
      if (answer.status !== 200) return undefined;
      return ((await answer.json()) as { principal: { id: string } }).principal.id;
    },
    async settled(role = 'analyst') {
      const made = await at.make(role);
      const jar = new CookieJar();
      assert.equal((await at.enter(jar, made.login, made.password)).status, 303);
      const changed = await at.send(jar, '/sign-in/new-password', { password: own, repeat: own });
      assert.equal(changed.status, 303, await changed.clone().text());
      return { ...made, password: own, jar };
    },
    async withFactor(jar, page, action) {
      const text = await (await jar.get(`${gateway.url}${page}`)).text();
      const secret = (/<code>([A-Z2-7 ]{30,})<\/code>/.exec(text)?.[1] ?? '').replaceAll(' ', '');
      const now = Math.floor(Date.now() / 1000);
      const code = (steps = 0) => generateSync({ secret, crypto, epoch: now + steps * 30 });
      // The one before, so that the present one is left for the test.
      const answer = await jar.post(`${gateway.url}${action}`, { ...formOf(text, action), code: code(-1) });
      const shown = await answer.text();
      assert.equal(answer.status, 200, shown);
      const codes = [...shown.matchAll(/<code>([A-Z0-9-]{14})<\/code>/g)].map(([, each]) => each ?? '');
      return { code, codes };
    },
    async stop() {
      await owner.end();
      await gateway.stop();
    },
  };
  return at;
}

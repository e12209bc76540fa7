import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { NodeCryptoPlugin } from '@otplib/plugin-crypto-node';
import { generateSync } from 'otplib';
import pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Gateway, startGateway } from '../../core/gateway/http/testing/gateway.ts';
import { findBarriers, startBrowser } from '../browser.ts';
import { type IdentityProvider, startIdentityProvider } from '../identity-provider.ts';
import { need } from '../needs.ts';

/** Set to a folder to look at the pages afterwards. */
const pictures = process.env.ASSAY_TEST_PICTURES;
const second = '33333333-3333-4333-8333-333333333333';

describe('people in a browser', need('chromium'), () => {
  let gateway: Gateway;
  let idp: IdentityProvider;
  let browser: Browser;
  let ide: Server;
  let callback: string;
  const heard: URL[] = [];
  /** What a page wanted and its own policy did not let it. */
  const refused: string[] = [];
  before(async () => {
    idp = await startIdentityProvider(['http://127.0.0.1/login/company/callback']);
    idp.users.set('ann', { name: 'Ann Archer', email: 'ann@example.org', groups: ['g-1'] });
    gateway = await startGateway({
      access: { mfaRoles: ['reviewer'] },
      providers: [
        {
          ...{ name: 'company', title: 'Example Company', issuer: idp.issuer },
          ...{ clientId: idp.clientId, clientSecret: idp.clientSecret, scopes: [], groupsClaim: 'groups' },
          ...{ requireAcr: [], requireAmr: [] },
          roles: [
            { group: 'g-1', workspace: 'default', role: 'analyst' },
            { group: 'g-1', workspace: 'trial 7', role: 'viewer' },
          ],
        },
      ],
    });
    const owner = new pg.Client({ connectionString: gateway.ownerUrl });
    await owner.connect();
    await owner.query("insert into assay.workspace (id, name) values ($1, 'trial 7')", [second]);
    await owner.end();
    const client = {
      client_id: 'https://ide.example/client.json',
      client_name: 'Example IDE',
      redirect_uris: ['http://127.0.0.1/back'],
    };
    const made = await gateway.api.call('POST', '/v1/clients/imports', { json: { document: client } });
    assert.equal(made.status, 201);
    ide = createServer((req, res) => {
      if (req.url?.startsWith('/back?')) heard.push(new URL(req.url, callback));
      res
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><html lang="en"><title>IDE</title><p>Back in the IDE');
    });
    ide.listen(0, '127.0.0.1');
    await once(ide, 'listening');
    callback = `http://127.0.0.1:${(ide.address() as AddressInfo).port}/back`;
    browser = await startBrowser();
    if (pictures) await mkdir(pictures, { recursive: true });
  });
  after(async () => {
    await browser?.close();
    ide?.closeAllConnections();
    ide?.close();
    await gateway?.stop();
    await idp?.stop();
  });

  let shot = 0;
  /** A page as somebody sees it: nothing that keeps people out, nothing refused by its own policy. */
  async function look(page: Page, name: string): Promise<void> {
    assert.deepEqual(refused, [], name);
    assert.deepEqual(await findBarriers(page), [], name);
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    assert.ok(wide <= 0, `${name} is wider than the window by ${wide}`);
    shot += 1;
    if (pictures)
      await page.screenshot({
        path: path.join(pictures, `${String(shot).padStart(2, '0')}-${name}.png`),
        fullPage: true,
      });
  }
  async function open(
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext({ viewport: { width: 900, height: 900 }, ...options });
    const page = await context.newPage();
    page.on('console', (message) =>
      refused.push(...(/Content Security Policy|Refused/.test(message.text()) ? [message.text()] : [])),
    );
    page.setDefaultTimeout(20_000);
    return { context, page };
  }
  const request = () => {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      ...{ response_type: 'code', client_id: 'https://ide.example/client.json', redirect_uri: callback },
      ...{
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      },
      ...{ state: 's', resource: `${gateway.url}/mcp`, scope: 'tools:read jobs:submit' },
    });
    return { verifier, address: `${gateway.url}/oauth/authorize?${query}` };
  };
  /** The token that the IDE gets for the code that it heard; what it opens. */
  async function redeem(verifier: string): Promise<{ ws: string; tools: number; rest: number }> {
    const back = heard.at(-1);
    assert.equal(back?.searchParams.get('iss'), gateway.url);
    const answer = await fetch(`${gateway.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...{
          grant_type: 'authorization_code',
          client_id: 'https://ide.example/client.json',
          redirect_uri: callback,
        },
        ...{ code: back?.searchParams.get('code') ?? '', code_verifier: verifier },
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
    const tools = await fetch(`${gateway.url}/mcp`, { method: 'POST', headers, body: JSON.stringify(list) });
    const rest = await fetch(`${gateway.url}/v1/me`, { headers });
    return { ws: claims.ws, tools: tools.status, rest: rest.status };
  }

  test('through the company: who asks, sign in there, choose a workspace, allow; the token is bound to it', async () => {
    const { context, page } = await open();
    const { verifier, address } = request();
    await page.goto(address);
    await page.getByRole('heading', { name: 'Let Example IDE in?' }).waitFor();
    await look(page, 'intent');
    await page.getByRole('button', { name: 'Continue to sign in' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await look(page, 'sign-in');
    await page.getByRole('link', { name: 'Sign in with Example Company' }).click();
    await page.getByLabel('Who are you?').fill('ann');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Choose a workspace' }).waitFor();
    await look(page, 'workspace');
    await page.getByLabel(/trial 7/).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Let Example IDE in?' }).waitFor();
    await look(page, 'consent');
    assert.ok(await page.getByLabel(/trial 7/).isChecked());
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Back in the IDE').waitFor();
    assert.deepEqual(await redeem(verifier), { ws: second, tools: 200, rest: 401 });
    await page.goto(`${gateway.url}/account`);
    await page.getByRole('heading', { name: 'Ann Archer' }).waitFor();
    await look(page, 'account-of-a-company-user');
    await context.close();
  });

  test('with a local account: by keyboard alone, another password, a second factor, on a small dark screen', async () => {
    const made = await gateway.api.call('POST', '/v1/users', {
      json: { login: 'rhea', name: 'Rhea Reed', role: 'reviewer' },
    });
    const { context, page } = await open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    const { verifier, address } = request();
    await page.goto(address);
    await page.getByRole('button', { name: 'Continue to sign in' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Login').waitFor();
    await page.keyboard.type('rhea');
    await page.keyboard.press('Tab');
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Login').inputValue(), 'rhea');
    await look(page, 'wrong-password');
    await page.getByLabel('Password').fill(made.body.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Choose a password of your own' }).waitFor();
    await page.keyboard.type('short');
    await page.keyboard.press('Tab');
    await page.keyboard.type('short');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await look(page, 'weak-password');
    await page.getByLabel('New password').fill('four gentle tigers waltz');
    await page.getByLabel('The same again').fill('four gentle tigers waltz');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
    await look(page, 'second-factor');
    const secret = ((await page.locator('code').first().textContent()) ?? '').replaceAll(' ', '');
    await page.getByLabel(/six digits/).fill(generateSync({ secret, crypto: new NodeCryptoPlugin() }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor();
    await look(page, 'recovery-codes');
    await page.getByRole('link', { name: 'I have kept them' }).click();
    await page.getByRole('heading', { name: 'Let Example IDE in?' }).waitFor();
    await look(page, 'consent-small');
    await page.getByRole('button', { name: 'Allow' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Back in the IDE').waitFor();
    const { tools, rest } = await redeem(verifier);
    assert.deepEqual([tools, rest], [200, 401]);
    await page.goto(`${gateway.url}/account`);
    await look(page, 'account-small');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Login').waitFor();
    await page.goto(`${gateway.url}/account`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await context.close();
  });

  test('a device code, and pages of what went wrong', async () => {
    const asked = await fetch(`${gateway.url}/oauth/device/authorize`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'assay-cli', scope: 'tools:read' }),
    });
    const device = (await asked.json()) as { verification_uri: string; user_code: string };
    const { context, page } = await open();
    await page.goto(device.verification_uri);
    await look(page, 'device');
    await page.getByLabel(/code that the device/).fill('BBBB-BBBB');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.getByLabel(/code that the device/).fill(device.user_code);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Is this your device?' }).waitFor();
    await look(page, 'device-confirm');
    await page
      .goto(`${gateway.url}/oauth/authorize?client_id=nobody&response_type=code`)
      .catch(() => undefined);
    await page.getByRole('heading', { name: 'This sign-in request does not work' }).waitFor();
    await context.close();
  });
});

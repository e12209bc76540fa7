import assert from 'node:assert/strict';
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { openKeyring } from '../../../base/encryption/index.ts';
import type { SigningKeys } from '../../../base/tokens/index.ts';
import { oauthSigningKeys } from '../../../domain/identity/index.ts';
import { allowAll, authorization, browser, callToken, redeem } from '../testing/browser.ts';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import { addPerson, type Person } from '../testing/people.ts';

type Part = Record<string, unknown>;
const encode = (part: Part) => Buffer.from(JSON.stringify(part)).toString('base64url');

describe('forged tokens', () => {
  let gateway: Gateway;
  let person: Person;
  let keys: SigningKeys;
  let genuine: { header: Part; claims: Part; text: string };
  before(async () => {
    gateway = await startGateway({ signIn: false });
    person = await addPerson(gateway, { role: 'analyst', workspace: 'other' });
    const keyring = await openKeyring({ file: gateway.keyringFile });
    keys = oauthSigningKeys({ keys: keyring });
    const { verifier, address } = authorization(gateway.url);
    const { body } = await redeem(gateway.url, await allowAll(browser(person.session), address), verifier);
    const text = String(body.access_token);
    const [header, claims] = text
      .split('.', 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Part);
    genuine = { text, header: header as Part, claims: claims as Part };
  });
  after(() => gateway?.stop());

  const ownKey = () => createPrivateKey({ key: keys.private[0] as never, format: 'jwk' });
  /** A token signed as asked; by our own key where nothing else is said, so that only the claim itself is wrong. */
  const forge = (claims: Part = {}, header: Part = {}, key = ownKey()) => {
    const head = { ...genuine.header, ...header };
    const all = { ...genuine.claims, ...claims };
    for (const part of [head, all] as Part[])
      for (const [name, value] of Object.entries(part)) if (value === undefined) delete part[name];
    const body = `${encode(head)}.${encode(all)}`;
    const signature = sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' });
    return `${body}.${signature.toString('base64url')}`;
  };
  const status = async (token: string, path = '/v1/me') =>
    (await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
  const refused = async (token: string, path?: string) => assert.equal(await status(token, path), 401);
  const now = () => Math.floor(Date.now() / 1000);

  test('the genuine one works, and one that was made the same way (so that the others fail for their one fault)', async () => {
    assert.equal(await status(genuine.text), 200);
    assert.equal(await status(forge()), 200);
  });

  test('alg none', async () => {
    for (const alg of ['none', 'None', 'NONE']) {
      const body = `${encode({ ...genuine.header, alg })}.${encode(genuine.claims)}`;
      await refused(`${body}.`);
      await refused(`${body}.${genuine.text.split('.')[2]}`);
    }
  });

  test('HS256 with the public key as secret', async () => {
    const jwk = keys.public[0];
    const publicKey = createPublicKey({ key: jwk as never, format: 'jwk' });
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(jwk),
    ];
    for (const secret of secrets) {
      const body = `${encode({ ...genuine.header, alg: 'HS256' })}.${encode(genuine.claims)}`;
      await refused(`${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`);
    }
  });

  test('a REST token at MCP, an MCP token at REST', async () => {
    await refused(forge(), '/mcp');
    await refused(forge({ aud: `${gateway.url}/mcp` }), '/v1/me');
    assert.notEqual(await status(forge({ aud: `${gateway.url}/mcp` }), '/mcp'), 401);
  });

  test('an audience that is none, another, or a list', async () => {
    for (const aud of [
      undefined,
      'https://elsewhere.example',
      `${gateway.url}/v1/`,
      gateway.url,
      `${gateway.url}/v2`,
    ])
      await refused(forge({ aud }));
    await refused(forge({ aud: [`${gateway.url}/v1`, `${gateway.url}/mcp`] }));
  });

  test('wrong issuer', async () => {
    for (const iss of [undefined, 'https://elsewhere.example', `${gateway.url}/`, gateway.url.toUpperCase()])
      await refused(forge({ iss }));
  });

  test('wrong type', async () => {
    for (const typ of [undefined, 'JWT', 'id+jwt', 'logout+jwt', 'application/jwt'])
      await refused(forge({}, { typ }));
  });

  test('expired, without an end, and from the future', async () => {
    await refused(forge({ exp: now() - 30, iat: now() - 330 }));
    await refused(forge({ exp: undefined }));
    await refused(forge({ iat: now() + 3600, exp: now() + 7200 }));
    await refused(forge({ nbf: now() + 3600 }));
    await refused(forge({ exp: 'never' }));
  });

  test('unknown kid, and a kid that is a path', async () => {
    for (const kid of ['unknown', '../../dev/null', "' or '1'='1", undefined]) {
      const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
      await refused(forge({}, { kid }, other));
    }
  });

  test('a key of its own in jwk, jku and x5u: never used, never fetched', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'mine', alg: 'ES256' };
    let fetched = 0;
    const server = createServer((_, res) => {
      fetched += 1;
      res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    try {
      for (const header of [
        { jwk },
        { jwk, kid: 'mine' },
        { jku: url, kid: 'mine' },
        { x5u: url, kid: 'mine' },
        { jwk, jku: url, x5u: url },
      ])
        await refused(forge({}, header, privateKey));
      assert.equal(fetched, 0);
    } finally {
      server.close();
    }
  });

  test('flipped signature, swapped claims, cut and lengthened parts', async () => {
    const [header, claims, signature = ''] = genuine.text.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    for (const at of [0, 31, 32, 63]) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      await refused(`${header}.${claims}.${flipped.toString('base64url')}`);
    }
    await refused(`${header}.${encode({ ...genuine.claims, scope: 'admin' })}.${signature}`);
    await refused(`${header}.${claims}.${signature.slice(0, -2)}`);
    await refused(`${header}.${claims}.`);
    await refused(`${header}.${claims}`);
    await refused(`${genuine.text}.${signature}`);
  });

  test('another person, another workspace, another kind of id: signed by us, and still nobody', async () => {
    const other = await addPerson(gateway, { role: 'analyst', workspace: 'third' });
    await refused(forge({ sub: other.principal }));
    await refused(forge({ ws: other.workspace }));
    await refused(forge({ sub: "x' or true --", ws: person.workspace }));
    await refused(forge({ ws: undefined }));
    await refused(forge({ sub: undefined }));
    await refused(forge({ gid: 'made-up' }));
  });

  test('a scope that is no scope gives nothing', async () => {
    const answer = await fetch(`${gateway.url}/v1/datasets`, {
      headers: { authorization: `Bearer ${forge({ scope: 'tools:Read TOOLS:READ * admin:*' })}` },
    });
    assert.equal(answer.status, 403);
  });

  test('an API token with another secret, another checksum, or that of a session', async () => {
    assert.equal(await status(person.token), 200);
    const flip = (text: string, at: number) =>
      `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    for (const at of [6, 10, 20, 40, 60]) await refused(flip(person.token, at));
    await refused(`${person.token} `.repeat(2));
    await refused(person.session.replace(/^assays_/, 'assay_'));
  });

  test('a revoked grant ends the access token that came from it, within a second', async () => {
    const { verifier, address } = authorization(gateway.url);
    const given = await redeem(gateway.url, await allowAll(browser(person.session), address), verifier);
    const token = String(given.body.access_token);
    assert.equal(await status(token), 200);
    await fetch(`${gateway.url}/oauth/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'assay-cli', token: String(given.body.refresh_token) }),
    });
    const end = Date.now() + 5000;
    while ((await status(token)) !== 401) assert.ok(Date.now() < end, 'it goes on working');
    const again = await callToken(gateway.url, {
      ...{
        grant_type: 'refresh_token',
        client_id: 'assay-cli',
        refresh_token: String(given.body.refresh_token),
      },
    });
    assert.equal(again.body.error, 'invalid_grant');
  });

  test('somebody who was disabled is nobody at once, with every token and session', async () => {
    const leaver = await addPerson(gateway, { role: 'analyst', workspace: 'other' });
    assert.equal(await status(leaver.token), 200);
    const owner = new pg.Client({ connectionString: gateway.ownerUrl });
    await owner.connect();
    await owner.query('update assay.principal set disabled_at = now() where id = $1', [leaver.principal]);
    await owner.end();
    const end = Date.now() + 5000;
    while ((await status(leaver.token)) !== 401) assert.ok(Date.now() < end, 'it goes on working');
    await refused(forge({ sub: leaver.principal }));
  });
});

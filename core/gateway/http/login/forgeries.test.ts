import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type HostileProvider, startHostileProvider } from '../../../../test/identity-provider.ts';
import { CookieJar } from '../testing/browser.ts';
import { type Gateway, startGateway } from '../testing/gateway.ts';

type Part = Record<string, unknown>;
const encode = (part: Part) => Buffer.from(JSON.stringify(part)).toString('base64url');
const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('forged id_tokens', () => {
  let gateway: Gateway;
  let hostile: HostileProvider;
  let keys: ReturnType<typeof pair>;
  before(async () => {
    hostile = await startHostileProvider();
    keys = pair();
    hostile.keys = [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }];
    gateway = await startGateway({
      signIn: false,
      providers: [
        {
          ...{
            name: 'company',
            title: 'Company',
            issuer: hostile.issuer,
            clientId: 'assay',
            clientSecret: 'x',
          },
          ...{ scopes: [], groupsClaim: 'groups', requireAcr: [], requireAmr: [] },
          roles: [{ group: 'g', workspace: 'default', role: 'analyst' }],
        },
      ],
    });
  });
  after(async () => {
    await gateway?.stop();
    await hostile?.stop();
  });
  beforeEach(() => {
    hostile.redeemed = 0;
  });

  const now = () => Math.floor(Date.now() / 1000);
  const forge = (claims: Part, header: Part = {}, key: KeyObject = keys.privateKey) => {
    const head: Part = { alg: 'ES256', kid: 'k1', typ: 'JWT', ...header };
    for (const part of [head, claims])
      for (const [name, value] of Object.entries(part)) if (value === undefined) delete part[name];
    const body = `${encode(head)}.${encode(claims)}`;
    return `${body}.${sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };
  type Forger = (genuine: Part) => unknown;
  /** Signs in with the token that is made of what a genuine one would say. @returns whether it did */
  async function signsIn(forger: Forger, change: (back: URL) => void = () => undefined): Promise<boolean> {
    hostile.answer = ({ nonce, issuer }) => ({
      access_token: 'x',
      token_type: 'Bearer',
      id_token: forger({
        ...{ iss: issuer, aud: 'assay', sub: 's1', nonce, iat: now(), exp: now() + 300 },
        ...{ name: 'Somebody', groups: ['g'] },
      }),
    });
    const jar = new CookieJar();
    await jar.get(`${gateway.url}/login/company`);
    const go = await jar.get(`${gateway.url}/login/company/go`);
    const there = await fetch(go.headers.get('location') ?? '', { redirect: 'manual' });
    const back = new URL(there.headers.get('location') ?? '');
    change(back);
    const answer = await jar.get(back.href);
    assert.ok([303, 401].includes(answer.status), `${answer.status}: ${await answer.clone().text()}`);
    const me = await jar.get(`${gateway.url}/v1/me`);
    assert.equal(me.status === 200, answer.status === 303);
    return answer.status === 303;
  }
  const refused = async (name: string, forger: Forger) => assert.equal(await signsIn(forger), false, name);

  test('a genuine one signs in (so that the others fail for their one fault)', async () => {
    assert.ok(await signsIn((claims) => forge(claims)));
    assert.ok(await signsIn((claims) => forge({ ...claims, aud: ['assay'] })));
    assert.ok(await signsIn((claims) => forge({ ...claims, aud: ['assay', 'other'], azp: 'assay' })));
  });

  test('alg none', async () => {
    for (const alg of ['none', 'None', 'nOnE'])
      await refused(alg, (claims) => `${encode({ alg })}.${encode(claims)}.`);
  });

  test('HS256 with the public key, or with the client secret', async () => {
    for (const secret of [
      keys.publicKey.export({ type: 'spki', format: 'pem' }),
      JSON.stringify(hostile.keys[0]),
      'x',
    ])
      await refused('HS256', (claims) => {
        const body = `${encode({ alg: 'HS256', kid: 'k1' })}.${encode(claims)}`;
        return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
      });
  });

  test('wrong issuer, audience or authorized party', async () => {
    for (const iss of [undefined, 'https://evil.example', `${hostile.issuer}/`])
      await refused(`iss ${iss}`, (claims) => forge({ ...claims, iss }));
    for (const aud of [undefined, 'other', [], ['other'], 'Assay', 'assay '])
      await refused(`aud ${aud}`, (claims) => forge({ ...claims, aud }));
    await refused('several without azp', (claims) => forge({ ...claims, aud: ['assay', 'other'] }));
    await refused('azp of another', (claims) => forge({ ...claims, azp: 'other' }));
  });

  test('expired, without an end, too old, issued in the future', async () => {
    await refused('exp', (claims) => forge({ ...claims, exp: now() - 60, iat: now() - 360 }));
    await refused('no exp', (claims) => forge({ ...claims, exp: undefined }));
    await refused('old', (claims) => forge({ ...claims, iat: now() - 3600 }));
    await refused('no iat', (claims) => forge({ ...claims, iat: undefined }));
    await refused('future', (claims) => forge({ ...claims, iat: now() + 3600, exp: now() + 7200 }));
    await refused('nbf', (claims) => forge({ ...claims, nbf: now() + 3600 }));
  });

  test('wrong or missing nonce: a token that was made for another browser', async () => {
    let other = '';
    await signsIn((claims) => {
      other = String(claims.nonce);
      return forge(claims);
    });
    for (const nonce of [undefined, '', 'x', other])
      await refused(`nonce ${nonce}`, (claims) => forge({ ...claims, nonce }));
  });

  test('missing, empty or other subject', async () => {
    for (const sub of [undefined, '', 7, ['s1'], { id: 's1' }])
      await refused(`sub ${sub}`, (claims) => forge({ ...claims, sub }));
  });

  test('unknown kid; a key of its own in jwk, jku or x5u', async () => {
    const mine = pair();
    const jwk = mine.publicKey.export({ format: 'jwk' });
    await refused('kid', (claims) => forge(claims, { kid: 'k2' }, mine.privateKey));
    await refused('same kid', (claims) => forge(claims, {}, mine.privateKey));
    for (const header of [
      { jwk },
      { jwk, kid: undefined },
      { jku: `${hostile.issuer}/evil`, kid: 'k2' },
      { x5u: `${hostile.issuer}/evil` },
    ])
      await refused(JSON.stringify(Object.keys(header)), (claims) => forge(claims, header, mine.privateKey));
  });

  test('flipped signature, swapped claims, no token at all', async () => {
    await refused('flipped', (claims) => {
      const [head, body, signature = ''] = forge(claims).split('.');
      const bytes = Buffer.from(signature, 'base64url');
      bytes[5] = (bytes[5] ?? 0) ^ 1;
      return `${head}.${body}.${bytes.toString('base64url')}`;
    });
    await refused('swapped', (claims) => {
      const [head, , signature] = forge(claims).split('.');
      return `${head}.${encode({ ...claims, sub: 'admin' })}.${signature}`;
    });
    for (const nothing of [undefined, null, '', 'x', 'a.b.c', 7, {}, []])
      await refused(`${nothing}`, () => nothing);
  });

  test('critical headers that nobody knows', async () => {
    await refused('crit', (claims) => forge(claims, { crit: ['exp2'], exp2: 1 }));
  });

  test('mix-up: a code is not redeemed where the answer names another issuer, or should name one and does not', async () => {
    hostile.redeemed = 0;
    assert.equal(
      await signsIn(
        (claims) => forge(claims),
        (back) => back.searchParams.set('iss', 'https://evil.example'),
      ),
      false,
    );
    assert.equal(hostile.redeemed, 0);
    assert.ok(
      await signsIn(
        (claims) => forge(claims),
        (back) => back.searchParams.set('iss', hostile.issuer),
      ),
    );
  });

  test('a wrong state never signs in, and its code is not redeemed', async () => {
    for (const change of [
      (back: URL) => back.searchParams.set('state', 'x'.repeat(22)),
      (back: URL) => back.searchParams.set('state', ''),
      (back: URL) => back.searchParams.delete('state'),
      (back: URL) => back.searchParams.append('state', 'second'),
    ])
      assert.equal(await signsIn((claims) => forge(claims), change), false);
    assert.equal(hostile.redeemed, 0);
  });
});

describe('providers that say strange things of themselves', () => {
  test('another issuer, plain addresses, no PKCE, no signature that can be checked: 503 with words, and nothing is sent there', async () => {
    const cases = [
      [{ issuer: 'https://evil.example' }, /calls itself by another name/],
      [{ authorization_endpoint: 'http://evil.example/a' }, /authorization endpoint is no https/],
      [{ token_endpoint: 'javascript:x' }, /token endpoint is no https/],
      [{ jwks_uri: 7 }, /jwks_uri is no https/],
      [{ code_challenge_methods_supported: ['plain'] }, /no PKCE with S256/],
      [{ id_token_signing_alg_values_supported: ['HS256', 'none'] }, /no algorithm that can be checked/],
    ] as const;
    const odd = await Promise.all(cases.map(() => startHostileProvider()));
    const providers = odd.map((each, index) => {
      each.metadata = cases[index]?.[0] ?? {};
      return {
        ...{ name: `odd${index}`, title: 'Odd', issuer: each.issuer, clientId: 'assay', clientSecret: '' },
        ...{ scopes: [], groupsClaim: 'groups', requireAcr: [], requireAmr: [], roles: [] },
      };
    });
    const gateway = await startGateway({ signIn: false, providers });
    try {
      for (const [index, [, says]] of cases.entries()) {
        const answer = await fetch(`${gateway.url}/login/odd${index}`, { redirect: 'manual' });
        assert.equal(answer.status, 503);
        assert.match(await answer.text(), says);
      }
    } finally {
      await gateway.stop();
      for (const each of odd) await each.stop();
    }
  });
});

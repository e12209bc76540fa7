import assert from 'node:assert/strict';
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { need } from '../../../../test/needs.ts';
import { makeSoftHsm, type SoftHsm } from '../../../../test/softhsm.ts';
import { attribute, find, openSession, tokens } from './calls.ts';
import { loadCryptoki } from './cryptoki.ts';
import { openPkcs11, type Pkcs11Token } from './index.ts';
import { CKA_LABEL, CKA_VALUE } from './standard.ts';

const aad = Buffer.from('workspace 1');
const altered = { code: 'encryption.ciphertext_invalid' };

describe('a PKCS#11 token', need('softhsm'), () => {
  let hsm: SoftHsm;
  const opened: Pkcs11Token[] = [];
  const openToken = async (change: Partial<Pick<SoftHsm, 'token' | 'pin' | 'module'>> = {}) => {
    opened.push(await openPkcs11({ module: hsm.module, token: hsm.token, pin: hsm.pin, ...change }));
    return opened.at(-1) as Pkcs11Token;
  };
  /** Failures that say this, and never the PIN. */
  const unavailable = (says: RegExp) => (error: Error & { code?: string }) => {
    assert.equal(error.code, 'encryption.key_unavailable', error.message);
    assert.match(error.message, says);
    assert.ok(!`${error.message} ${error.stack} ${error.cause}`.includes(hsm.pin));
    return true;
  };
  beforeEach(async () => {
    hsm = await makeSoftHsm();
    // The module reads it when it is initialised, which is when the first token is opened.
    Object.assign(process.env, hsm.env);
  });
  afterEach(async () => {
    for (const token of opened.splice(0)) await token.close();
    await hsm.remove();
  });

  it('seals and opens, of any length, and nobody else opens it', async () => {
    const token = await openToken();
    await token.makeSecretKey('assay root 1');
    for (const length of [0, 1, 16, 32, 1000, 100_000]) {
      const plain = randomBytes(length);
      const sealed = await token.seal('assay root 1', plain, aad);
      assert.equal(sealed.length, length + 28);
      assert.ok(length < 16 || !sealed.includes(plain.subarray(0, 16)));
      assert.deepEqual(await token.open('assay root 1', sealed, aad), plain);
      await assert.rejects(token.open('assay root 1', sealed, Buffer.from('workspace 2')), altered);
      await assert.rejects(token.open('assay root 1', sealed, Buffer.alloc(0)), altered);
    }
    const bare = await token.seal('assay root 1', aad, Buffer.alloc(0));
    assert.deepEqual(await token.open('assay root 1', bare, Buffer.alloc(0)), aad);
  });

  it('stays loaded when nothing but its functions is referred to', async () => {
    const cryptoki = await loadCryptoki(hsm.module);
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    for (let i = 0; i < 5; i += 1) {
      collectGarbage();
      await delay(20);
    }
    assert.ok((await readFile('/proc/self/maps', 'utf8')).includes('libsofthsm2'));
    assert.throws(() => tokens(cryptoki), /CKR_CRYPTOKI_NOT_INITIALIZED/);
  });

  it('notices every flipped and every missing byte', async () => {
    const token = await openToken();
    await token.makeSecretKey('k');
    const sealed = await token.seal('k', randomBytes(32), aad);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await assert.rejects(token.open('k', changed, aad), altered);
      await assert.rejects(token.open('k', sealed.subarray(0, at), aad), altered);
    }
    await assert.rejects(token.open('k', Buffer.concat([sealed, Buffer.alloc(1)]), aad), altered);
    assert.equal((await token.open('k', sealed, aad)).length, 32);
  });

  it('signs with Ed25519, as others verify it', async () => {
    const token = await openToken();
    await token.makeSigningKey('assay audit');
    const raw = await token.publicKey('assay audit');
    assert.equal(raw.length, 32);
    const key = createPublicKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    });
    for (const bytes of [Buffer.alloc(0), Buffer.from('record 1'), randomBytes(50_000)]) {
      const signature = await token.sign('assay audit', bytes);
      assert.equal(signature.length, 64);
      assert.ok(verify(null, bytes, key, signature));
      assert.ok(!verify(null, Buffer.concat([bytes, aad]), key, signature));
    }
  });

  it('makes keys that cannot leave it', async () => {
    const token = await openToken();
    await token.makeSecretKey('secret');
    await token.makeSigningKey('signing');
    const cryptoki = await loadCryptoki(hsm.module);
    const slot = tokens(cryptoki).find(({ label }) => label === hsm.token)?.slot as bigint;
    const session = openSession(cryptoki, slot);
    const values = (label: string) =>
      find(cryptoki, session, [[CKA_LABEL, label]]).map((object) => {
        try {
          return attribute(cryptoki, session, object, CKA_VALUE).length;
        } catch (error) {
          return (error as Error).message;
        }
      });
    const kept = 'C_GetAttributeValue gave CKR_ATTRIBUTE_SENSITIVE';
    assert.deepEqual(values('secret'), [kept]);
    assert.equal(values('signing').filter((value) => value === kept).length, 1);
  });

  it('lists our keys alone, refuses a label in use, and destroys for good', async () => {
    const token = await openToken();
    await token.makeSecretKey('assay/1');
    await token.makeSigningKey('assay/2');
    await token.makeSecretKey('of another program');
    const listed = [...(await token.keys('assay/'))].sort((a, b) => (a.label < b.label ? -1 : 1));
    assert.deepEqual(listed, [
      { label: 'assay/1', kind: 'secret' },
      { label: 'assay/2', kind: 'signing' },
    ]);
    const sealed = await token.seal('assay/1', aad, aad);
    for (const make of [token.makeSecretKey, token.makeSigningKey])
      await assert.rejects(make('assay/1'), unavailable(/already has a key "assay\/1"; it is left as it is/));
    assert.deepEqual(await token.open('assay/1', sealed, aad), aad);
    const second = await openToken();
    assert.deepEqual(await second.open('assay/1', sealed, aad), aad);

    await token.destroyKey('assay/1');
    await token.destroyKey('assay/1');
    for (const each of [token, second])
      await assert.rejects(each.open('assay/1', sealed, aad), unavailable(/has no secret key "assay\/1"/));
    await token.makeSecretKey('assay/1');
    await assert.rejects(token.open('assay/1', sealed, aad), altered);
    await token.destroyKey('assay/2');
    await assert.rejects(token.sign('assay/2', aad), unavailable(/no signing key/));
    await assert.rejects(token.publicKey('assay/2'), unavailable(/no public key/));
  });

  it('keeps its keys when it is closed and opened again', async () => {
    const first = await openToken();
    await first.makeSecretKey('k');
    const sealed = await first.seal('k', aad, aad);
    await opened.pop()?.close();
    await assert.rejects(first.check(), unavailable(/was closed/));
    assert.deepEqual(await (await openToken()).open('k', sealed, aad), aad);
  });

  it('takes 2,000 seals at once, and none has the IV of another', async () => {
    const token = await openToken();
    await token.makeSecretKey('k');
    const sealed = await Promise.all(
      Array.from({ length: 2000 }, (_, i) => token.seal('k', Buffer.from(`plain ${i}`), aad)),
    );
    assert.equal(new Set(sealed.map((each) => each.toString('hex', 0, 12))).size, 2000);
    const plain = await Promise.all(sealed.map((each) => token.open('k', each, aad)));
    assert.deepEqual(
      plain.map(String),
      sealed.map((_, i) => `plain ${i}`),
    );
  });

  it('says which tokens are there, and what is wrong with the module', async () => {
    await hsm.initialize('other', 'other pin');
    const there = (name: string) => `(?=.*There are: .*${JSON.stringify(name)})`;
    await assert.rejects(
      openToken({ token: 'nowhere' }),
      unavailable(new RegExp(`no PKCS#11 token "nowhere"\\.${there('other')}${there(hsm.token)}`)),
    );
    await assert.rejects(
      openToken({ module: '/nowhere/x.so' }),
      unavailable(/cannot be loaded.*Give the path/),
    );
    await assert.rejects(openToken({ module: import.meta.filename }), unavailable(/cannot be loaded/));
    await assert.rejects(openToken({ module: 'x.so' }), unavailable(/must be absolute/));
  });

  it('tries a wrong PIN once and never again, even where it has become the right one', async () => {
    const wrong = 'not the pin';
    await assert.rejects(openToken({ pin: wrong }), unavailable(/CKR_PIN_INCORRECT.*not tried again/));
    await hsm.initialize(hsm.token, wrong);
    await assert.rejects(openToken({ pin: wrong }), unavailable(/CKR_PIN_INCORRECT.*not tried again/));
  });

  it('lets nobody in with a wrong PIN because another is in already', async () => {
    await openToken();
    await assert.rejects(
      openToken({ pin: 'not the pin' }),
      unavailable(/open in this process with another PIN/),
    );
    await (await openToken()).check();
  });

  it('reports a token that was taken away, and goes on when it is back', async () => {
    const token = await openToken();
    await token.makeSecretKey('k');
    const sealed = await token.seal('k', aad, aad);
    await token.check();
    const [folder = ''] = await readdir(hsm.tokens);
    const [place, away] = [join(hsm.tokens, folder), `${hsm.tokens}.away`];
    await rename(place, away);
    const uses = [
      () => token.open('k', sealed, aad),
      () => token.check(),
      () => token.keys(''),
      () => token.makeSecretKey('k2'),
    ];
    for (const use of uses) await assert.rejects(use(), unavailable(/no PKCS#11 token .*no token at all/));
    await rename(away, place);
    for (const use of uses) await use();
    assert.deepEqual(await token.open('k', sealed, aad), aad);
  });
});

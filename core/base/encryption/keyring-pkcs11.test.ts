import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { need } from '../../../test/needs.ts';
import { makeSoftHsm, type SoftHsm } from '../../../test/softhsm.ts';
import { createKeyring, type KeySource, newSlot, openKeyring, openPkcs11, watchKeys } from './index.ts';
import { describeKeySource } from './key-source.suite.ts';

const unavailable = { code: 'encryption.key_unavailable' };
let hsm: SoftHsm;
const vault = (over = {}) => ({
  name: 'pkcs11',
  open: () => openPkcs11({ module: hsm.module, token: hsm.token, pin: hsm.pin, ...over }),
});

before(async () => {
  if (need('softhsm').skip) return;
  hsm = await makeSoftHsm();
  // The module reads this once, when the first test opens it.
  Object.assign(process.env, hsm.env);
});
after(() => hsm?.remove());

describeKeySource('keyring under a PKCS#11 token', need('softhsm'), async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-keyring-hsm-'));
  const at = (name: string) => ({ file: join(folder, name, 'keyring.json'), vault: vault() });
  return {
    make: () => createKeyring(at('own')),
    open: () => openKeyring(at('own')),
    other: () => createKeyring(at('other')),
    remove: () => rm(folder, { recursive: true }),
  };
});

describe('keyring under a PKCS#11 token', need('softhsm'), () => {
  let folder = '';
  let file = '';
  let keys: KeySource;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-keyring-hsm-'));
    file = join(folder, 'keyring.json');
    keys = await createKeyring({ file, vault: vault() });
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it('holds no root key, and does not open without the token', async () => {
    const kept = JSON.parse(await readFile(file, 'utf8'));
    assert.equal(kept.protection.kind, 'vault');
    assert.equal(keys.describe()?.provider, 'pkcs11');
    await assert.rejects(openKeyring({ file }), unavailable);
    await assert.rejects(openKeyring({ file, vault: vault({ token: 'no-such' }) }), unavailable);
  });

  it('after a key was destroyed, an older copy of its file opens no more', async () => {
    const older = await readFile(file);
    const slot = newSlot();
    await keys.destroy([{ slot, kind: 'dataset', subject: 's', erasure: 'e', at: new Date().toISOString() }]);
    await writeFile(file, older);
    await assert.rejects(openKeyring({ file, vault: vault() }), unavailable);
    assert.equal((await keys.health()).ok, false);
  });

  it('stops whoever asks while the token is gone, with the reason, and goes on when it is back', async () => {
    // One process opens a module once; then it can begin anew with it.
    await keys.close();
    const own = join(folder, 'gone', 'keyring.json');
    await (await createKeyring({ file: own, vault: vault() })).close();
    const watched = await watchKeys(() => openKeyring({ file: own, vault: vault() }));
    const { key, wrapped } = await watched.generateKey({ a: 'b' });
    await rename(hsm.tokens, `${hsm.tokens}.away`);
    try {
      const health = await watched.health();
      assert.ok(!health.ok && health.reason.length > 20, JSON.stringify(health));
      assert.throws(() => watched.require(), unavailable);
      await assert.rejects(watched.unwrap(wrapped, { a: 'b' }), unavailable);
      await assert.rejects(watched.signCheckpoint(Buffer.from('x')), unavailable);
    } finally {
      await rename(`${hsm.tokens}.away`, hsm.tokens);
    }
    const back = await watched.health();
    assert.deepEqual(back, { ok: true }, JSON.stringify(back));
    assert.deepEqual(await watched.unwrap(wrapped, { a: 'b' }), key);
    await watched.close();
  });
});

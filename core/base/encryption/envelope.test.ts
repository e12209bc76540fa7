import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { sealedKeyVersion } from './envelope.ts';
import { objectAad, workspaceCipher } from './index.ts';

const key = randomBytes(32);
const cipherOf = (workspace: string, version: number, under = key) =>
  workspaceCipher(workspace, [{ version, key: under }]);
const cipher = cipherOf('ws_1', 3, Buffer.from(key));
const altered = { code: 'encryption.ciphertext_invalid' };
const missing = { code: 'encryption.key_unavailable' };

describe('sealed values', () => {
  it('round trip, each under a data key and IV of its own', () => {
    for (const plain of [Buffer.alloc(0), Buffer.from('ada@example.org'), randomBytes(10_000)]) {
      const sealed = cipher.seal('user/1/email', plain);
      assert.deepEqual(cipher.unseal('user/1/email', sealed), plain);
      assert.deepEqual(cipher.unseal('user/1/email', new Uint8Array(sealed)), plain);
      assert.equal(sealed.length, plain.length + 93);
      assert.equal(sealedKeyVersion(sealed), 3);
      assert.notDeepEqual(cipher.seal('user/1/email', plain), sealed);
    }
  });

  it('do not open in another place, workspace or version, nor with another key', () => {
    const sealed = cipher.seal('user/1/email', Buffer.from('ada'));
    assert.throws(() => cipher.unseal('user/2/email', sealed), altered);
    assert.throws(() => cipherOf('ws_2', 3).unseal('user/1/email', sealed), altered);
    assert.throws(() => cipherOf('ws_1', 4).unseal('user/1/email', sealed), missing);
    const stranger = cipherOf('ws_1', 3, randomBytes(32));
    assert.throws(() => stranger.unseal('user/1/email', sealed), altered);
  });

  it('do not open after any flipped bit, nor cut or extended', () => {
    const sealed = cipher.seal('c', Buffer.from('ada@example.org'));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      // The four bytes of the version say which key opens; one that is not there is said to be missing.
      assert.throws(() => cipher.unseal('c', changed), bit >= 8 && bit < 40 ? missing : altered);
    }
    for (let length = 0; length < sealed.length; length += 1) {
      assert.throws(() => cipher.unseal('c', sealed.subarray(0, length)), altered);
    }
    assert.throws(() => cipher.unseal('c', Buffer.concat([sealed, Buffer.alloc(1)])), altered);
  });

  it('do not open with the wrapped key of another value', () => {
    const [one, two] = [cipher.seal('c', Buffer.from('one')), cipher.seal('c', Buffer.from('two'))];
    assert.throws(() => cipher.unseal('c', Buffer.concat([one.subarray(0, 65), two.subarray(65)])), altered);
  });
});

describe('data keys', () => {
  const context = { object: 'ob_1', kind: 'original' };

  it('round trip through their record, by another cipher of the same key', () => {
    const { dataKey, wrapped } = cipher.newDataKey(context);
    assert.equal(dataKey.length, 32);
    assert.equal(wrapped.keyUri, 'workspace:ws_1');
    assert.equal(wrapped.keyVersion, 3);
    const later = cipherOf('ws_1', 3);
    const stored = JSON.parse(JSON.stringify(wrapped));
    assert.deepEqual(later.openDataKey(stored, { kind: 'original', object: 'ob_1' }), dataKey);
  });

  it('do not open for another object, workspace or version', () => {
    const { wrapped } = cipher.newDataKey(context);
    assert.throws(() => cipher.openDataKey(wrapped, { ...context, object: 'ob_2' }), altered);
    assert.throws(() => cipher.openDataKey(wrapped, { object: 'ob_1' }), altered);
    assert.throws(() => cipherOf('ws_1', 2).openDataKey(wrapped, context), missing);
    assert.throws(() => cipherOf('ws_2', 3).openDataKey(wrapped, context), altered);
    for (const [workspace, version] of [
      ['ws_2', 3],
      ['ws_1', 2],
    ] as const) {
      const relabelled = { ...wrapped, keyUri: `workspace:${workspace}`, keyVersion: version };
      assert.throws(() => cipherOf(workspace, version).openDataKey(relabelled, context), altered);
    }
  });

  it('leave the key that the cipher was made with to its owner to wipe', () => {
    const raw = randomBytes(32);
    const made = cipherOf('ws_1', 1, raw);
    const { dataKey, wrapped } = made.newDataKey({});
    raw.fill(0);
    assert.deepEqual(made.openDataKey(wrapped, {}), dataKey);
    assert.throws(() => cipherOf('w', 1, raw.subarray(1)), {
      code: 'encryption.key_unavailable',
    });
  });
});

describe('versions of a key', () => {
  const old = randomBytes(32);
  const before = cipherOf('ws_1', 1, old);
  const now = workspaceCipher('ws_1', [
    { version: 1, key: old },
    { version: 2, key },
  ]);

  it('open what any of them wrapped or sealed; the newest wraps', () => {
    assert.equal(now.newestVersion, 2);
    const { dataKey, wrapped } = before.newDataKey({});
    assert.deepEqual(now.openDataKey(wrapped, {}), dataKey);
    assert.equal(now.newDataKey({}).wrapped.keyVersion, 2);
    assert.deepEqual(now.unseal('c', before.seal('c', Buffer.from('x'))), Buffer.from('x'));
    assert.equal(sealedKeyVersion(now.seal('c', Buffer.from('x'))), 2);
  });

  it('re-wrap the key of an object, and of a value without touching the value', () => {
    const { dataKey, wrapped } = before.newDataKey({ object: '1' });
    const again = now.rewrapDataKey(wrapped, { object: '1' });
    assert.ok(again);
    assert.equal(again.keyVersion, 2);
    assert.deepEqual(cipherOf('ws_1', 2).openDataKey(again, { object: '1' }), dataKey);
    assert.equal(now.rewrapDataKey(again, { object: '1' }), undefined);
    assert.throws(() => now.rewrapDataKey(wrapped, { object: '2' }), altered);
    const sealed = before.seal('c', Buffer.from('value'));
    const resealed = now.resealPrefix('c', sealed);
    assert.ok(resealed);
    assert.deepEqual(resealed.subarray(65), sealed.subarray(65));
    assert.deepEqual(cipherOf('ws_1', 2).unseal('c', resealed), Buffer.from('value'));
    assert.equal(now.resealPrefix('c', resealed), undefined);
    assert.throws(() => now.resealPrefix('d', sealed), altered);
  });

  it('of a slot open nothing of another slot, of the workspace itself, or with another key of the slot', () => {
    const slotKey = randomBytes(32);
    const slot = now.ofSlot(7, slotKey);
    const { dataKey, wrapped } = before.ofSlot(7, slotKey).newDataKey({});
    assert.equal(wrapped.keyUri, 'workspace:ws_1#7');
    assert.deepEqual(slot.openDataKey(wrapped, {}), dataKey);
    const sealed = slot.seal('c', Buffer.from('x'));
    for (const other of [now.ofSlot(8, slotKey), now.ofSlot(7, randomBytes(32)), now]) {
      assert.throws(() => other.openDataKey(wrapped, {}), altered);
      assert.throws(() => other.unseal('c', sealed), altered);
    }
  });
});

describe('the AAD of an object', () => {
  const identity = { workspace: 'w', object: 'o', kind: 'k', mediaType: 'text/csv' };

  it('is each part with its length, so that no two identities share it', () => {
    const parts = ['appliance/obj/v1', 'w', 'o', 'k', 'text/csv'];
    const expected = parts.map((part) => `${String.fromCharCode(0, 0, 0, part.length)}${part}`).join('');
    assert.equal(objectAad(identity).toString('latin1'), expected);
    assert.notDeepEqual(objectAad({ ...identity, object: 'ok', kind: '' }), objectAad(identity));
  });

  it('refuses text that is not Unicode', () => {
    assert.throws(() => objectAad({ ...identity, object: '\ud800' }), { code: 'request.invalid' });
  });
});

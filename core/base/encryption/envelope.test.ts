import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { objectAad, sealedKeyVersion, workspaceCipher } from './index.ts';

const key = randomBytes(32);
const cipher = workspaceCipher(Buffer.from(key), { workspace: 'ws_1', version: 3 });
const altered = { code: 'encryption.ciphertext_invalid' };

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
    for (const identity of [
      { workspace: 'ws_2', version: 3 },
      { workspace: 'ws_1', version: 4 },
    ]) {
      assert.throws(() => workspaceCipher(key, identity).unseal('user/1/email', sealed), altered);
    }
    const stranger = workspaceCipher(randomBytes(32), { workspace: 'ws_1', version: 3 });
    assert.throws(() => stranger.unseal('user/1/email', sealed), altered);
  });

  it('do not open after any flipped bit, nor cut or extended', () => {
    const sealed = cipher.seal('c', Buffer.from('ada@example.org'));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      assert.throws(() => cipher.unseal('c', changed), altered);
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
    const later = workspaceCipher(key, { workspace: 'ws_1', version: 3 });
    const stored = JSON.parse(JSON.stringify(wrapped));
    assert.deepEqual(later.openDataKey(stored, { kind: 'original', object: 'ob_1' }), dataKey);
  });

  it('do not open for another object, workspace or version', () => {
    const { wrapped } = cipher.newDataKey(context);
    assert.throws(() => cipher.openDataKey(wrapped, { ...context, object: 'ob_2' }), altered);
    assert.throws(() => cipher.openDataKey(wrapped, { object: 'ob_1' }), altered);
    for (const identity of [
      { workspace: 'ws_2', version: 3 },
      { workspace: 'ws_1', version: 2 },
    ]) {
      const other = workspaceCipher(key, identity);
      assert.throws(() => other.openDataKey(wrapped, context), altered);
      const relabelled = {
        ...wrapped,
        keyUri: `workspace:${identity.workspace}`,
        keyVersion: identity.version,
      };
      assert.throws(() => other.openDataKey(relabelled, context), altered);
    }
  });

  it('leave the key that the cipher was made with to its owner to wipe', () => {
    const raw = randomBytes(32);
    const made = workspaceCipher(raw, { workspace: 'ws_1', version: 1 });
    const { dataKey, wrapped } = made.newDataKey({});
    raw.fill(0);
    assert.deepEqual(made.openDataKey(wrapped, {}), dataKey);
    assert.throws(() => workspaceCipher(raw.subarray(1), { workspace: 'w', version: 1 }), {
      code: 'encryption.key_unavailable',
    });
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

import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type KeySource, newSlot } from './index.ts';
import { parseWrappedKey } from './wrapped-key.ts';

const context = { workspace: 'ws_1', version: '1' };
const altered = { code: 'encryption.ciphertext_invalid' };

/** One installation's keys for one run of the suite: made once, opened as often as a process starts. */
export interface KeySourcePlace {
  make(): Promise<KeySource>;
  open(): Promise<KeySource>;
  /** Keys of another installation. */
  other(): Promise<KeySource>;
  remove(): Promise<void>;
}

function verifies(publicKey: Buffer, bytes: Uint8Array, signature: Buffer): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  return verify(null, bytes, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
}

/** The specification of `KeySource` as tests. Every source of keys runs it. */
export function describeKeySource(
  name: string,
  options: { skip: string | false },
  place: () => Promise<KeySourcePlace>,
): void {
  describe(`key source: ${name}`, options, () => {
    let at: KeySourcePlace;
    let keys: KeySource;
    const opened: KeySource[] = [];
    const reopen = async (): Promise<KeySource> => {
      const again = await at.open();
      opened.push(again);
      return again;
    };
    before(async () => {
      at = await place();
      keys = await at.make();
      opened.push(keys);
    });
    after(async () => {
      for (const each of opened) await each.close();
      await at?.remove();
    });

    it('unwraps after a restart what it wrapped before', async () => {
      const { key, wrapped } = await keys.generateKey(context);
      assert.equal(key.length, 32);
      assert.deepEqual(parseWrappedKey(JSON.parse(JSON.stringify(wrapped))), wrapped);
      const second = await reopen();
      assert.deepEqual(await second.unwrap(wrapped, { version: '1', workspace: 'ws_1' }), key);
      assert.deepEqual(second.describe(), keys.describe());
      assert.equal(wrapped.keyUri, second.describe()?.keyUri);
      assert.deepEqual(await keys.health(), { ok: true });
    });

    it('refuses another context, another source and any altered record', async () => {
      const { wrapped } = await keys.generateKey(context);
      await assert.rejects(keys.unwrap(wrapped, { ...context, workspace: 'ws_2' }), altered);
      await assert.rejects(keys.unwrap(wrapped, {}), altered);
      const bytes = Buffer.from(wrapped.wrapped, 'base64');
      for (let at = 0; at < bytes.length; at += 1) {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
        await assert.rejects(
          keys.unwrap({ ...wrapped, wrapped: changed.toString('base64') }, context),
          altered,
        );
      }
      const odd = [
        { v: 2 },
        { alg: 'none' },
        { keyVersion: 0 },
        { extra: 1 },
        { ctxDigest: 'x' },
        { wrapped: 'AA=' },
      ];
      for (const change of odd)
        await assert.rejects(keys.unwrap({ ...wrapped, ...change } as typeof wrapped, context), altered);
      const other = await at.other();
      opened.push(other);
      await assert.rejects(other.unwrap(wrapped, context), {
        code: 'encryption.key_unavailable',
        message: /wrapped by .* version 1/,
      });
    });

    it('rotates: the newest version wraps, every one unwraps, also in a process that was open before', async () => {
      const before = await reopen();
      const { key, wrapped } = await keys.generateKey(context);
      const version = await keys.rotate();
      assert.equal(version, wrapped.keyVersion + 1);
      const again = await keys.wrap(key, context);
      assert.equal(again.keyVersion, version);
      for (const source of [keys, before, await reopen()]) {
        assert.deepEqual(await source.unwrap(wrapped, context), key);
        assert.deepEqual(await source.unwrap(again, context), key);
      }
    });

    it('destroys single keys for good, and remembers which', async () => {
      const [kept, gone, also] = [newSlot(), newSlot(), newSlot()];
      const before = keys.slotKey(kept);
      assert.equal(before.length, 32);
      assert.notDeepEqual(keys.slotKey(gone), before);
      const entry = (slot: number) => ({
        slot,
        kind: 'dataset',
        subject: `s${slot}`,
        erasure: 'e1',
        at: '2026-11-23T00:00:00.000Z',
      });
      await keys.destroy([entry(gone)]);
      await keys.destroy([entry(gone), entry(also)]);
      for (const source of [keys, await reopen()]) {
        assert.deepEqual(source.slotKey(kept), before);
        for (const slot of [gone, also])
          assert.throws(() => source.slotKey(slot), { code: 'encryption.key_destroyed' });
        assert.deepEqual(source.destroyed().slice(-2), [entry(gone), entry(also)]);
      }
    });

    it('derives a MAC key for each label, the same after a restart', async () => {
      const mac = keys.mac('token', 'abc');
      assert.equal(mac.length, 32);
      assert.deepEqual(keys.mac('token', Buffer.from('abc')), mac);
      assert.notDeepEqual(keys.mac('session', 'abc'), mac);
      assert.deepEqual((await reopen()).mac('token', 'abc'), mac);
    });

    it('signs checkpoints and leaves with keys of their own, the same after a restart', async () => {
      const bytes = Buffer.from('a note\n');
      const { checkpoint, leaf } = keys.publicKeys();
      assert.ok(verifies(checkpoint, bytes, await keys.signCheckpoint(bytes)));
      assert.ok(verifies(leaf, bytes, keys.signLeaf(bytes)));
      assert.ok(!verifies(leaf, bytes, await keys.signCheckpoint(bytes)));
      assert.deepEqual((await reopen()).publicKeys(), { checkpoint, leaf });
    });
  });
}

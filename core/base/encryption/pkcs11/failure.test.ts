import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeviceFailure, decryptVerdict, inWords, isLost, isPinRefused, loginRefusal } from './failure.ts';

/** What SoftHSM never does, so that no test with it can show it: tokens that count tries and lock. */
describe('failures of a PKCS#11 token', () => {
  it('makes no try with a PIN that would be the last one, or where the PIN is locked or not set', () => {
    const initialized = 0x8;
    assert.equal(loginRefusal(initialized, 't'), undefined);
    assert.equal(loginRefusal(initialized | 0x10000, 't'), undefined);
    assert.match(String(loginRefusal(initialized | 0x20000, 't')), /one PIN try left.*none is made/);
    assert.match(String(loginRefusal(initialized | 0x60000, 't')), /locked after wrong tries/);
    assert.match(String(loginRefusal(0, 't')), /no user PIN/);
  });

  it('says what the device said and what to do, for every number', () => {
    const locked = inWords(new DeviceFailure('C_Login', 0xa4), 'vault "1"');
    assert.equal(locked.code, 'encryption.key_unavailable');
    assert.match(locked.message, /"vault \\"1\\"": C_Login gave CKR_PIN_LOCKED\. The PIN is locked/);
    assert.match(
      inWords(new DeviceFailure('C_Sign', 0x80000001), 't').message,
      /gave 0x80000001\. See whether/,
    );
  });

  it('tells altered bytes from a broken device, and a refused PIN from a lost session', () => {
    const decrypt = (value: number) => decryptVerdict(new DeviceFailure('C_Decrypt', value));
    assert.deepEqual([0x40, 0x41, 0x42].map(decrypt), ['altered', 'altered', 'altered']);
    assert.deepEqual([0x5, 0x6, 0x30].map(decrypt), ['unclear', 'unclear', 'unclear']);
    assert.deepEqual([0x32, 0xb3, 0x101].map(decrypt), ['device', 'device', 'device']);
    assert.equal(decryptVerdict(new DeviceFailure('C_DecryptInit', 0x40)), 'device');
    for (const value of [0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0x102]) {
      assert.ok(isPinRefused(new DeviceFailure('C_Login', value)));
      assert.ok(!isLost(new DeviceFailure('C_Login', value)));
    }
    assert.ok([0x30, 0x32, 0xb0, 0xb3, 0xe0, 0x101, 0x190].every((v) => isLost(new DeviceFailure('C', v))));
  });
});

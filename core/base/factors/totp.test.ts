import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkTotp, makeTotpSecret, qrCode, totpAddress } from './index.ts';

/** RFC 6238, appendix B, SHA-1: its secret in base 32, and the last six of its eight digits. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const vectors: readonly (readonly [number, string])[] = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
];

describe('one-time codes', () => {
  test('as RFC 6238 has them', () => {
    for (const [time, code] of vectors) assert.equal(checkTotp(secret, code, 0, time), Math.floor(time / 30));
  });

  test('one step early or late, no more', () => {
    const [time, code] = [1234567890, '005924'];
    for (const shift of [-30, 0, 30]) assert.equal(checkTotp(secret, code, 0, time + shift), time / 30);
    for (const shift of [-90, -61, 60, 90, 3600])
      assert.equal(checkTotp(secret, code, 0, time + shift), undefined);
  });

  test('TOTP replay: a step that was taken is refused, and all before it', () => {
    const [time, code] = [1234567890, '005924'];
    const step = time / 30;
    assert.equal(checkTotp(secret, code, step - 1, time), step);
    assert.equal(checkTotp(secret, code, step, time), undefined);
    assert.equal(checkTotp(secret, code, step + 1, time), undefined);
  });

  test('what is no code', () => {
    for (const code of ['', '00592', '0059244', 'abcdef', '005 24', '００５９２４', '-05924'])
      assert.equal(checkTotp(secret, code, 0, 1234567890), undefined, code);
  });

  test('secrets of 160 bits, no two alike; the address and the picture hold them', () => {
    const secrets = new Set(Array.from({ length: 50 }, makeTotpSecret));
    assert.equal(secrets.size, 50);
    const [one = ''] = secrets;
    assert.match(one, /^[A-Z2-7]{32}$/);
    const address = totpAddress(one, 'ann & bob');
    assert.equal(new URL(address).searchParams.get('secret'), one);
    assert.match(qrCode(address), /^<svg [^>]*viewBox/);
    assert.ok(!/script|href|on\w+=/.test(qrCode(address)));
  });
});

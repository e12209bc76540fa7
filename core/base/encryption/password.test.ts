import assert from 'node:assert/strict';
import { getFips, pbkdf2Sync } from 'node:crypto';
import { describe, test } from 'node:test';
import { AssayError } from '@assay/sdk';
import { checkPassword, hashPassword } from './password.ts';

describe('passwords', () => {
  test('a right one, wrong ones, and nobody', async () => {
    const stored = await hashPassword('correct horse battery');
    // The room's tests run in FIPS mode too (fips.test.ts).
    assert.match(
      stored,
      getFips() === 1 ? /^\$pbkdf2-sha512\$i=220000\$/ : /^\$argon2id\$v=19,m=19456,t=2,p=1\$/,
    );
    assert.deepEqual(await checkPassword('correct horse battery', stored), { right: true, outdated: false });
    for (const wrong of ['', 'correct horse batterY', 'correct horse battery '])
      assert.equal((await checkPassword(wrong, stored)).right, false);
    assert.equal((await checkPassword('correct horse battery', undefined)).right, false);
  });

  test('no two hashes are alike, and letters typed another way are the same', async () => {
    assert.notEqual(await hashPassword('the same password'), await hashPassword('the same password'));
    const stored = await hashPassword('pa\u0308ssword \ufb01rst');
    assert.ok((await checkPassword('p\u00e4ssword first', stored)).right);
  });

  test('one of older parameters works and is told to be outdated', async () => {
    const salt = Buffer.from('sixteen bytes ok');
    const hash = pbkdf2Sync('old password here', salt, 1000, 32, 'sha512')
      .toString('base64')
      .replace(/=+$/, '');
    const stored = `$pbkdf2-sha512$i=1000$${salt.toString('base64').replace(/=+$/, '')}$${hash}`;
    assert.deepEqual(await checkPassword('old password here', stored), { right: true, outdated: true });
  });

  test('a flood is refused with words, and does not take all memory', async () => {
    const stored = await hashPassword('correct horse battery');
    const all = await Promise.allSettled(Array.from({ length: 100 }, () => checkPassword('x', stored)));
    const refused = all.filter((each) => each.status === 'rejected');
    assert.equal(refused.length, 100 - 2 - 64);
    assert.ok(
      refused.every(
        ({ reason }) => AssayError.is(reason, 'request.limit_exceeded') && reason.retryAfter === 2,
      ),
    );
    assert.ok((await checkPassword('correct horse battery', stored)).right);
  });

  test('what is no hash is a fault, not a wrong password', async () => {
    await assert.rejects(checkPassword('x', 'plain text'), TypeError);
  });
});

import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { makeKeyPair, readPrivateKey, readPublicKey } from './keys.ts';
import { readPolicy } from './policy.ts';

const pairs = {
  acme: makeKeyPair('ed25519'),
  acmeTwo: makeKeyPair('p-256'),
  stranger: makeKeyPair('ed25519'),
};
const given = {
  edition: '2026-11-01',
  publishers: [{ name: 'Acme', plugins: ['acme'], keys: [pairs.acme.publicPem, pairs.acmeTwo.publicPem] }],
};
const policyOf = (change: (policy: typeof given) => object) =>
  readPolicy(JSON.stringify(change(structuredClone(given))));

describe('keys and policies that cannot be used are named', () => {
  const bad: Readonly<Record<string, readonly [attempt: () => unknown, message: RegExp]>> = {
    'a private key in a policy': [
      () => readPublicKey(pairs.acme.privatePem, 'Key 1 of "Acme"'),
      /^Key 1 of "Acme" is a private key; the public one belongs there/,
    ],
    'no key': [() => readPublicKey('hello', 'Key 1'), /^Key 1 is no public key in PEM/],
    'a key of RSA': [
      () =>
        readPublicKey(
          generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
            type: 'spki',
            format: 'pem',
          }) as string,
          'Key 1',
        ),
      /^Key 1 is rsa; Ed25519 and P-256 are taken/,
    ],
    'a key of another curve': [
      () =>
        readPublicKey(
          generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({
            type: 'spki',
            format: 'pem',
          }) as string,
          'Key 1',
        ),
      /Ed25519 and P-256/,
    ],
    'a passphrase that is missing': [
      () => readPrivateKey(makeKeyPair('ed25519', 'secret words').privatePem, 'key.pem'),
      /^key\.pem has another passphrase, or needs one/,
    ],
    'a passphrase that is wrong': [
      () => readPrivateKey(makeKeyPair('p-256', 'secret words').privatePem, 'key.pem', 'others'),
      /^key\.pem has another passphrase, or needs one/,
    ],
    'a policy that is not JSON': [() => readPolicy('{'), /^The trust policy is not JSON/],
    'a policy with a word of nobody': [
      () => readPolicy('{\n  "edition": "2026-11-01",\n  "publishers": [],\n  "trustAll": true\n}'),
      /^The trust policy, line \d: .*"trustAll" is not known/,
    ],
    'a name of two publishers': [
      () =>
        policyOf((policy) => ({
          ...policy,
          publishers: [
            ...policy.publishers,
            { name: 'Thief', plugins: ['acme-dose'], keys: [pairs.stranger.publicPem] },
          ],
        })),
      /gives names to two publishers: "acme" to Acme, "acme-dose" to Thief/,
    ],
    'more keys asked for than there are': [
      () => policyOf((policy) => ({ ...policy, publishers: [{ ...policy.publishers[0], threshold: 3 }] })),
      /asks for 3 keys of "Acme", and lists 2/,
    ],
    'a key twice': [
      () =>
        policyOf((policy) => ({
          ...policy,
          publishers: [{ ...policy.publishers[0], keys: [pairs.acme.publicPem, pairs.acme.publicPem] }],
        })),
      /gives "Acme" a key twice/,
    ],
    'a weaker wall than others need': [
      () =>
        policyOf((policy) => ({
          ...policy,
          publishers: [{ ...policy.publishers[0], isolation: 'bubblewrap' }],
        })),
      /gives tools of "Acme" bubblewrap; those that are not your own need container or gvisor/,
    ],
  };
  for (const [what, [attempt, message]] of Object.entries(bad))
    test(what, () => assert.throws(attempt, { code: 'config.invalid', message }));

  test('a private key opens with its passphrase', () => {
    const { privatePem, id } = makeKeyPair('ed25519', 'secret words');
    assert.match(privatePem, /BEGIN ENCRYPTED PRIVATE KEY/);
    assert.equal(readPrivateKey(privatePem, 'key.pem', 'secret words').asymmetricKeyType, 'ed25519');
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.throws(() => createPrivateKey(privatePem));
  });
});

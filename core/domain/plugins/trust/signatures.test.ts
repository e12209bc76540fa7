import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { bundleFromJSON } from '@sigstore/bundle';
import { type Packed, packPlugin } from '../package/index.ts';
import { type Rule, rules } from '../refuse.ts';
import { scratch, writeSmallPlugin } from '../testing/plugin.ts';
import { signDocument } from './envelope.ts';
import { makeKeyPair, readPrivateKey } from './keys.ts';
import { type ReadPolicy, readPolicy } from './policy.ts';
import { type Revocations, readRevocations, requireInForce, signRevocations } from './revocations.ts';
import { signPackage, statementType } from './statement.ts';
import { verifySignatures } from './verify.ts';

const pairs = {
  acme: makeKeyPair('ed25519'),
  acmeTwo: makeKeyPair('p-256'),
  zenith: makeKeyPair('ed25519'),
  stranger: makeKeyPair('ed25519'),
  officer: makeKeyPair('p-256'),
};
type Who = keyof typeof pairs;
const keyOf = (who: Who): KeyObject => readPrivateKey(pairs[who].privatePem, 'the key');

const given = {
  edition: '2026-11-01',
  publishers: [
    { name: 'Acme', plugins: ['acme'], keys: [pairs.acme.publicPem, pairs.acmeTwo.publicPem] },
    { name: 'Zenith', plugins: ['zenith', 'sky'], keys: [pairs.zenith.publicPem], own: true },
  ],
  revocationKeys: [pairs.officer.publicPem],
};
const policyOf = (change: (policy: typeof given) => object = (policy) => policy): ReadPolicy =>
  readPolicy(JSON.stringify(change(structuredClone(given))));
const both = policyOf((policy) => ({
  ...policy,
  publishers: policy.publishers.map((each) => (each.name === 'Acme' ? { ...each, threshold: 2 } : each)),
}));

let place: Awaited<ReturnType<typeof scratch>>;
let one: Packed;
let two: Packed;
let alike: Packed;
before(async () => {
  place = await scratch();
  one = await packPlugin(await writeSmallPlugin(place.folder));
  two = await packPlugin(await writeSmallPlugin(place.folder, { version: '2.0.0' }));
  alike = await packPlugin(
    await writeSmallPlugin(place.folder, { program: 'stop("not what was signed")\n' }),
  );
});
after(() => place.remove());

/** The signature with something changed inside its JSON. */
function altered(signature: string, change: (bundle: Record<string, unknown>) => void): string {
  const bundle = JSON.parse(signature);
  change(bundle);
  return JSON.stringify(bundle);
}

/** A statement about a package that somebody changed before signing it. */
function misstated(packed: Packed, who: Who, change: (statement: Record<string, unknown>) => void): string {
  const statement = JSON.parse(
    Buffer.from(JSON.parse(signPackage(packed, keyOf(who))).dsseEnvelope.payload, 'base64').toString(),
  );
  change(statement);
  return signDocument(Buffer.from(JSON.stringify(statement)), statementType, keyOf(who));
}

const revoking = (change: Partial<Revocations>): Revocations => ({
  ...{ edition: '2026-11-01', number: 3, issued: '2026-11-01T00:00:00Z', expires: '2026-12-31T00:00:00Z' },
  ...{ keys: [], plugins: [] },
  ...change,
});

type Attack = () => unknown;
const attacks: Readonly<Record<string, readonly [attack: Attack, rule: Rule]>> = {
  'no signature': [() => verifySignatures(one, [], policyOf()), 'signature.missing'],
  'a stranger’s key': [
    () => verifySignatures(one, [signPackage(one, keyOf('stranger'))], policyOf()),
    'signature.unknown-key',
  ],
  'a stranger’s key under the name of a known one': [
    () =>
      verifySignatures(
        one,
        [
          altered(signPackage(one, keyOf('stranger')), (bundle) =>
            Object.assign(bundle, {
              verificationMaterial: { publicKey: { hint: pairs.acme.id }, tlogEntries: [] },
            }),
          ),
        ],
        policyOf(),
      ),
    'signature.invalid',
  ],
  'the key of another namespace': [
    () => verifySignatures(one, [signPackage(one, keyOf('zenith'))], policyOf()),
    'signature.namespace',
  ],
  'a good signature and one of another namespace': [
    () =>
      verifySignatures(one, [signPackage(one, keyOf('acme')), signPackage(one, keyOf('zenith'))], policyOf()),
    'signature.namespace',
  ],
  'nobody trusted': [
    () =>
      verifySignatures(
        one,
        [signPackage(one, keyOf('acme'))],
        policyOf(() => ({ ...given, publishers: [] })),
      ),
    'signature.unknown-key',
  ],
  'another file than was signed': [
    () => verifySignatures(alike, [signPackage(one, keyOf('acme'))], policyOf()),
    'signature.other-package',
  ],
  'the signature of another version': [
    () => verifySignatures(one, [signPackage(two, keyOf('acme'))], policyOf()),
    'signature.other-package',
  ],
  'the signature of an older version on a newer one': [
    () => verifySignatures({ ...one, version: '2.0.0' }, [signPackage(one, keyOf('acme'))], policyOf()),
    'signature.other-package',
  ],
  'the same files packed otherwise': [
    () => verifySignatures({ ...one, sha256: two.sha256 }, [signPackage(one, keyOf('acme'))], policyOf()),
    'signature.other-package',
  ],
  'a file more than was signed': [
    () =>
      verifySignatures(
        { ...one, files: { ...one.files, 'mean/more.R': '0'.repeat(64) } },
        [signPackage(one, keyOf('acme'))],
        policyOf(),
      ),
    'signature.other-package',
  ],
  'a file less than was signed': [
    () => {
      const { 'mean/main.R': _, ...files } = one.files;
      return verifySignatures({ ...one, files }, [signPackage(one, keyOf('acme'))], policyOf());
    },
    'signature.other-package',
  ],
  'swapped parts: the envelope of one, the signature of another': [
    () =>
      verifySignatures(
        one,
        [
          altered(signPackage(one, keyOf('acme')), (bundle) =>
            Object.assign(bundle.dsseEnvelope as object, {
              signatures: JSON.parse(signPackage(two, keyOf('acme'))).dsseEnvelope.signatures,
            }),
          ),
        ],
        policyOf(),
      ),
    'signature.invalid',
  ],
  'swapped parts: the digest of another in a statement of its own': [
    () =>
      verifySignatures(
        one,
        [
          misstated(one, 'acme', (statement) =>
            Object.assign(statement.predicate as object, { digest: two.digest }),
          ),
        ],
        policyOf(),
      ),
    'signature.other-package',
  ],
  'swapped parts: the package of another in a statement of its own': [
    () =>
      verifySignatures(
        one,
        [
          misstated(one, 'acme', (statement) =>
            Object.assign((statement.subject as { digest: object }[])[0] as object, {
              digest: { sha256: two.sha256 },
            }),
          ),
        ],
        policyOf(),
      ),
    'signature.other-package',
  ],
  'a file named twice in the statement': [
    () =>
      verifySignatures(
        one,
        [
          misstated(one, 'acme', (statement) => {
            const subject = statement.subject as object[];
            subject.push(subject[1] as object);
          }),
        ],
        policyOf(),
      ),
    'signature.other-package',
  ],
  'an altered byte of the statement': [
    () =>
      verifySignatures(
        one,
        [
          altered(signPackage(one, keyOf('acme')), (bundle) => {
            const envelope = bundle.dsseEnvelope as { payload: string };
            envelope.payload = Buffer.from(
              Buffer.from(envelope.payload, 'base64').toString().replace('1.0.0', '1.0.1'),
            ).toString('base64');
          }),
        ],
        policyOf(),
      ),
    'signature.invalid',
  ],
  'a statement of another kind': [
    () =>
      verifySignatures(
        one,
        [
          misstated(one, 'acme', (statement) =>
            Object.assign(statement, { predicateType: 'https://slsa.dev/provenance/v1' }),
          ),
        ],
        policyOf(),
      ),
    'signature.malformed',
  ],
  'a payload of another kind': [
    () => verifySignatures(one, [signDocument(Buffer.from('{}'), 'text/plain', keyOf('acme'))], policyOf()),
    'signature.malformed',
  ],
  'a list of revocations as a signature': [
    () => verifySignatures(one, [signRevocations(revoking({}), keyOf('acme'))], policyOf()),
    'signature.malformed',
  ],
  'no JSON': [() => verifySignatures(one, ['signed, honestly'], policyOf()), 'signature.malformed'],
  'two megabytes': [() => verifySignatures(one, [' '.repeat(2e6)], policyOf()), 'signature.malformed'],
  'two signatures in one envelope': [
    () =>
      verifySignatures(
        one,
        [
          altered(signPackage(one, keyOf('acme')), (bundle) => {
            const { signatures } = bundle.dsseEnvelope as { signatures: object[] };
            signatures.push(signatures[0] as object);
          }),
        ],
        policyOf(),
      ),
    'signature.malformed',
  ],
  'a certificate in place of a key': [
    () =>
      verifySignatures(
        one,
        [
          altered(signPackage(one, keyOf('acme')), (bundle) =>
            Object.assign(bundle, {
              verificationMaterial: { certificate: { rawBytes: 'AAAA' }, tlogEntries: [] },
            }),
          ),
        ],
        policyOf(),
      ),
    'signature.malformed',
  ],
  'one key twice where two are asked for': [
    () => verifySignatures(one, [signPackage(one, keyOf('acme')), signPackage(one, keyOf('acme'))], both),
    'signature.threshold',
  ],
  'one key where two are asked for': [
    () => verifySignatures(one, [signPackage(one, keyOf('acmeTwo'))], both),
    'signature.threshold',
  ],
  'a revoked key': [
    () =>
      verifySignatures(
        one,
        [signPackage(one, keyOf('acme'))],
        policyOf(),
        revoking({ keys: [{ id: pairs.acme.id, reason: 'stolen' }] }),
      ),
    'revoked.key',
  ],
  'a revoked plugin': [
    () =>
      verifySignatures(
        one,
        [signPackage(one, keyOf('acme'))],
        policyOf(),
        revoking({ plugins: [{ digest: one.digest, reason: 'wrong results' }] }),
      ),
    'revoked.plugin',
  ],
  'a list of revocations by a publisher': [
    () => readRevocations(signRevocations(revoking({}), keyOf('acme')), policyOf()),
    'signature.unknown-key',
  ],
  'an altered list of revocations': [
    () =>
      readRevocations(
        altered(signRevocations(revoking({}), keyOf('officer')), (bundle) => {
          (bundle.dsseEnvelope as { payload: string }).payload = Buffer.from(
            JSON.stringify(revoking({ number: 9 })),
          ).toString('base64');
        }),
        policyOf(),
      ),
    'signature.invalid',
  ],
  'a list of revocations older than the last': [
    () => readRevocations(signRevocations(revoking({}), keyOf('officer')), policyOf(), { number: 4 }),
    'revoked.older',
  ],
  'a list of revocations that is none': [
    () =>
      readRevocations(
        signRevocations({ ...revoking({}), more: 1 } as Revocations, keyOf('officer')),
        policyOf(),
      ),
    'signature.malformed',
  ],
  'a list of revocations that expired': [
    () =>
      requireInForce(
        readRevocations(signRevocations(revoking({}), keyOf('officer')), policyOf()),
        new Date('2027-01-01T00:00:00Z'),
      ),
    'revoked.expired',
  ],
};

describe('signatures that let nothing in', () => {
  for (const [what, [attack, rule]] of Object.entries(attacks))
    test(what, () => {
      assert.throws(attack, (error: Error & { code?: string }) => {
        assert.equal(error.code, 'plugin.refused', error.stack);
        assert.ok(error.message.endsWith(`Rule ${rule}: ${rules[rule]}.`), error.message);
        return true;
      });
    });
});

describe('signatures that hold', () => {
  test('of either kind of key, each alone or both where both are asked for', () => {
    for (const who of ['acme', 'acmeTwo'] as const) {
      const { publisher, keys, trust } = verifySignatures(one, [signPackage(one, keyOf(who))], policyOf());
      assert.deepEqual([publisher.name, keys, trust], ['Acme', [pairs[who].id], 'admitted']);
    }
    const signed = [signPackage(one, keyOf('acme')), signPackage(one, keyOf('acmeTwo'))];
    assert.deepEqual(verifySignatures(one, signed, both).keys, [pairs.acme.id, pairs.acmeTwo.id]);
  });

  test('of the folder that a package was unpacked into, where the package is gone', () => {
    const { sha256: _, bytes: __, ...folder } = one;
    assert.equal(verifySignatures(folder, [signPackage(one, keyOf('acme'))], policyOf()).trust, 'admitted');
  });

  test('say that a plugin is the organisation’s own', async () => {
    const own = await packPlugin(await writeSmallPlugin(place.folder, { name: 'sky-dose' }));
    assert.equal(verifySignatures(own, [signPackage(own, keyOf('zenith'))], policyOf()).trust, 'own');
  });

  test('are Sigstore bundles that others read, and the same each time with Ed25519', () => {
    const signed = signPackage(one, keyOf('acme'));
    assert.equal(signed, signPackage(one, keyOf('acme')));
    const bundle = bundleFromJSON(JSON.parse(signed));
    assert.equal(bundle.mediaType, 'application/vnd.dev.sigstore.bundle.v0.3+json');
    assert.equal(bundle.content.$case, 'dsseEnvelope');
  });

  test('go on where something else is revoked, and a list that expired still revokes', () => {
    const list = revoking({ plugins: [{ digest: two.digest, reason: 'wrong results' }] });
    const read = readRevocations(signRevocations(list, keyOf('officer')), policyOf(), { number: 3 });
    assert.deepEqual(read, list);
    assert.equal(
      verifySignatures(one, [signPackage(one, keyOf('acme'))], policyOf(), read).trust,
      'admitted',
    );
    assert.throws(
      () => verifySignatures(two, [signPackage(two, keyOf('acme'))], policyOf(), read),
      /was revoked/,
    );
  });
});

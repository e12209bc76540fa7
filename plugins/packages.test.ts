import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { install } from '@assay/core/plugins/installed';
import { packPlugin } from '@assay/core/plugins/package';
import { makeKeyPair, readPolicy, readPrivateKey, signPackage } from '@assay/core/plugins/trust';
import { createTrial, type Trial } from '@assay/core/validation/trial';

const folders = (await readdir(import.meta.dirname, { withFileTypes: true })).filter((e) => e.isDirectory());
const pair = makeKeyPair('ed25519');

/** What the release ships must hold to the rules that it has for others: no tool has another way in. */
describe('shipped plugins, packed and installed as a stranger’s are', () => {
  let place: string;
  let trial: Trial;
  before(async () => {
    place = await mkdtemp(path.join(tmpdir(), 'assay-shipped-'));
    trial = createTrial();
  });
  after(async () => {
    await trial?.close();
    await rm(place, { recursive: true, force: true });
  });

  for (const { name } of folders)
    test(name, async () => {
      const directory = path.join(import.meta.dirname, name);
      const copy = path.join(place, 'elsewhere', name);
      await cp(directory, copy, { recursive: true });
      const [packed, again] = await Promise.all([packPlugin(directory), packPlugin(copy)]);
      assert.equal(packed.sha256, again.sha256, 'another checkout gives the same package');
      const receipt = await install(
        {
          store: path.join(place, 'store'),
          policy: readPolicy(
            JSON.stringify({
              edition: '2026-11-01',
              publishers: [{ name: 'Assay', plugins: [name], keys: [pair.publicPem], own: true }],
            }),
          ),
          ...{ trial, shipped: [], now: new Date() },
        },
        {
          package: packed.bytes,
          signatures: [signPackage(packed, readPrivateKey(pair.privatePem, 'the key'))],
          by: 'the release',
        },
      );
      assert.equal(receipt.digest, packed.digest);
    });
});

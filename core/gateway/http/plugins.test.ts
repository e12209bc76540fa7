import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Packed, packPlugin } from '../../domain/plugins/package/index.ts';
import { scratch, writeSmallPlugin } from '../../domain/plugins/testing/plugin.ts';
import {
  makeKeyPair,
  type Revocations,
  readPolicy,
  readPrivateKey,
  signPackage,
  signRevocations,
} from '../../domain/plugins/trust/index.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';
import { openWorkerHand, shippedPlugins } from './testing/worker-hand.ts';

const acme = makeKeyPair('ed25519');
const officer = makeKeyPair('p-256');
const trust = readPolicy(
  JSON.stringify({
    edition: '2026-11-01',
    publishers: [
      {
        ...{ name: 'Acme', plugins: ['acme', 'explor', 'explore'], keys: [acme.publicPem] },
        limits: { memoryMb: 512, seconds: 60 },
      },
    ],
    revocationKeys: [officer.publicPem],
  }),
);
const key = readPrivateKey(acme.privatePem, 'key');

describe('plugins come and go while the server answers', () => {
  let place: Awaited<ReturnType<typeof scratch>>;
  let gateway: Gateway;
  let one: Packed;
  let two: Packed;
  const make = async (given: Parameters<typeof writeSmallPlugin>[1]) =>
    packPlugin(await writeSmallPlugin(place.folder, given));
  const send = (packed: Packed, signatures: readonly string[] = [signPackage(packed, key)]) =>
    gateway.api.call('POST', '/v1/plugins', {
      json: { package: packed.bytes.toString('base64'), signatures },
    });
  const standing = async () => {
    const { body } = await gateway.api.call('GET', '/v1/plugins');
    return body.items.filter((each: { name: string }) => each.name === 'acme-dose');
  };
  const tool = async (version?: string) => {
    const asked = version === undefined ? '' : `?version=${encodeURIComponent(version)}`;
    const { status, body } = await gateway.api.call('GET', `/v1/tools/acme-dose/mean${asked}`);
    return status === 200 ? body.version : body.code;
  };
  const grant = (version: string) => gateway.api.call('POST', '/v1/grants/acme-dose', { json: { version } });
  const change = (version: string, json: object) =>
    gateway.api.call('POST', `/v1/plugins/acme-dose/${version}`, { json });
  const revoke = (list: Partial<Revocations>, by = officer) =>
    gateway.api.call('POST', '/v1/plugins/revocations', {
      json: {
        list: signRevocations(
          {
            ...{
              edition: '2026-11-01',
              number: 1,
              issued: '2026-11-01T00:00:00Z',
              expires: '2099-01-01T00:00:00Z',
            },
            ...{ keys: [], plugins: [] },
            ...list,
          },
          readPrivateKey(by.privatePem, 'key'),
        ),
      },
    });

  before(async () => {
    place = await scratch();
    gateway = await startGateway({ plugins: await shippedPlugins(), trust });
    one = await make({});
    two = await make({ version: '2.1.0', program: 'list(values = list(mean = median(data$dose)))\n' });
  });
  after(async () => {
    await gateway?.stop();
    await place.remove();
  });

  test('what is not signed, signed by a stranger or altered is refused with its rule, and leaves nothing', async () => {
    const stranger = readPrivateKey(makeKeyPair('ed25519').privatePem, 'key');
    const attacks = [
      ['signature.missing', await send(one, [])],
      ['signature.unknown-key', await send(one, [signPackage(one, stranger)])],
      ['signature.other-package', await send(two, [signPackage(one, key)])],
      ['package.unreadable', await send({ ...one, bytes: Buffer.from('hello') })],
    ] as const;
    for (const [rule, { status, body }] of attacks) {
      assert.deepEqual([status, body.code], [422, 'plugin.refused'], JSON.stringify(body));
      assert.match(body.detail, new RegExp(`Rule ${rule}: `));
    }
    assert.deepEqual(await standing(), []);
    assert.equal(await tool(), 'tool.not_found');
  });

  test('a plugin that is not sound, asks for too much, or is called like one of the release', async () => {
    const unsound = await make({ program: '\0' });
    const large = await packPlugin(
      await writeSmallPlugin(place.folder, { limits: { seconds: 61, memoryMb: 4096, outputMb: 1 } }),
    );
    const reaching = await make({ capabilities: { network: ['api.example.org:443'] } });
    const named = await make({ name: 'explore' });
    const alike = await make({ name: 'explor' });
    for (const [packed, words] of [
      [unsound, /main\.R: is called \.R, but holds no text.*Rule plugin\.sound/],
      [
        large,
        /acme-dose\/mean asks for 4096 memoryMb; the trust policy grants its publisher 512.*Rule plugin\.sound/,
      ],
      [
        reaching,
        /plugin\.json:\d+: its tools ask for hosts of a network, and no runtime here gives any.*Rule plugin\.sound/,
      ],
      [named, /"explore" is a plugin of the release.*Rule name\.shipped/],
      [alike, /"explor" could be taken for "explore".*Rule name\.shipped/],
    ] as const) {
      const { status, body } = await send(packed);
      assert.deepEqual([status, body.code], [422, 'plugin.refused'], JSON.stringify(body));
      assert.match(body.detail, words);
    }
    assert.deepEqual(await standing(), []);
  });

  test('is installed with a receipt; its tool is there at once; the same again changes nothing', async () => {
    const { status, body } = await send(one);
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual(
      [body.name, body.version, body.digest, body.package, body.publisher, body.keys],
      ['acme-dose', '1.0.0', one.digest, `sha256:${one.sha256}`, 'Acme', [acme.id]],
    );
    assert.equal(await tool(), 'plugin.not_granted');
    assert.equal((await grant('1.0.0')).status, 200);
    assert.equal(await tool(), '1.0.0');
    const again = await send(one);
    assert.deepEqual([again.status, again.body], [201, body]);
    const [view] = await standing();
    assert.deepEqual([view.state, view.trust, view.signature], ['enabled', 'admitted', 'signed']);
  });

  test('is given out again, byte for byte and with its signatures; so is one of the release', async () => {
    const { status, body } = await gateway.api.call('GET', '/v1/plugins/acme-dose/1.0.0/package');
    assert.equal(status, 200);
    assert.ok(Buffer.from(body.package, 'base64').equals(one.bytes));
    assert.deepEqual((await send(one, body.signatures)).status, 201);
    const shipped = await gateway.api.call('GET', '/v1/plugins/explore/1.0.0/package');
    assert.deepEqual([shipped.status, shipped.body.signatures], [200, []]);
  });

  test('other contents under the same version are refused', async () => {
    const other = await make({ program: 'list(values = list(mean = 0))\n' });
    const { status, body } = await send(other);
    assert.deepEqual([status, body.code], [409, 'plugin.exists']);
    assert.match(body.detail, new RegExp(`installed with other contents \\(${one.digest}\\)`));
  });

  test('two versions answer side by side, exact and by range; a list shows the newest', async () => {
    assert.equal((await send(two)).status, 201);
    assert.deepEqual(
      await Promise.all([undefined, '1.0.0', '2.1.0', '^1', '^2', '~2.0', '3.0.0'].map(tool)),
      ['2.1.0', '1.0.0', '2.1.0', '1.0.0', '2.1.0', 'tool.not_found', 'tool.not_found'],
    );
    const { body } = await gateway.api.call('GET', '/v1/tools');
    const listed = body.items.filter((each: { name: string }) => each.name === 'acme-dose/mean');
    assert.deepEqual(
      listed.map((each: { version: string }) => each.version),
      ['2.1.0'],
    );
  });

  test('a deprecated version is not the one that is meant, but answers; a disabled one does not', async () => {
    const { status, body } = await change('2.1.0', { deprecated: 'Medians are no means; use 1.0.0.' });
    assert.deepEqual([status, body.deprecated], [200, 'Medians are no means; use 1.0.0.']);
    assert.deepEqual([await tool(), await tool('2.1.0')], ['1.0.0', '2.1.0']);
    assert.equal((await change('1.0.0', { disabled: 'Under review.' })).body.state, 'disabled');
    assert.deepEqual([await tool(), await tool('1.0.0')], ['2.1.0', 'tool.not_found']);
    await change('1.0.0', { disabled: null });
    await change('2.1.0', { deprecated: null });
    assert.deepEqual([await tool(), await tool('1.0.0')], ['2.1.0', '1.0.0']);
  });

  test('a pin says which version the workspace means; without it the newest is meant again', async () => {
    const pin = (version: string) => gateway.api.call('POST', '/v1/pins/acme-dose', { json: { version } });
    const none = await pin('^9');
    assert.deepEqual([none.status, none.body.code], [404, 'plugin.not_found']);
    assert.match(none.body.detail, /There is 1\.0\.0, 2\.1\.0/);
    assert.equal((await pin('^1')).status, 200);
    assert.deepEqual([await tool(), await tool('^2')], ['1.0.0', '2.1.0']);
    const { body } = await gateway.api.call('GET', '/v1/tools');
    const listed = body.items.find((each: { name: string }) => each.name === 'acme-dose/mean');
    assert.equal(listed.version, '1.0.0');
    assert.deepEqual((await gateway.api.call('GET', '/v1/pins')).body.items, [
      { plugin: 'acme-dose', version: '^1' },
    ]);
    assert.equal((await pin('1.0.0')).status, 200);
    const refused = await gateway.api.call('DELETE', '/v1/plugins/acme-dose/1.0.0');
    assert.deepEqual([refused.status, refused.body.issues[0].code], [409, 'PINNED']);
    await change('1.0.0', { disabled: 'Under review.' });
    const gone = await gateway.api.call('GET', '/v1/tools/acme-dose/mean');
    assert.match(gone.body.detail, /where the workspace is pinned to 1\.0\.0/);
    await change('1.0.0', { disabled: null });
    assert.equal((await gateway.api.call('DELETE', '/v1/pins/acme-dose')).status, 204);
    assert.equal((await gateway.api.call('DELETE', '/v1/pins/acme-dose')).status, 404);
    assert.equal(await tool(), '2.1.0');
  });

  test('a version that asks for more waits until that is granted, and the others go on', async () => {
    const limits = { seconds: 20, memoryMb: 512, outputMb: 1 };
    const more = await packPlugin(await writeSmallPlugin(place.folder, { version: '2.2.0', limits }));
    assert.equal((await send(more)).status, 201);
    assert.deepEqual([await tool(), await tool('^2')], ['2.1.0', '2.1.0']);
    const refused = await gateway.api.call('GET', '/v1/tools/acme-dose/mean?version=2.2.0');
    assert.deepEqual([refused.status, refused.body.code], [403, 'plugin.not_granted']);
    assert.match(
      refused.body.detail,
      /asks for 512 MB of memory \(granted: 256\), 20 s of a run \(granted: 10\), which .* assay plugin grant acme-dose@2\.2\.0/,
    );
    const missing = async () =>
      (await standing()).map((each: { version: string; missing: string[] }) => [
        each.version,
        each.missing.length,
      ]);
    assert.deepEqual(await missing(), [
      ['1.0.0', 0],
      ['2.1.0', 0],
      ['2.2.0', 2],
    ]);
    const { body: changes } = await gateway.api.call('GET', '/v1/plugins/acme-dose/2.2.0/changes');
    assert.deepEqual(
      [changes.from, changes.differences],
      [
        '2.1.0',
        [
          { concern: 'asks for', where: 'acme-dose/mean limits.seconds', before: '10', after: '20' },
          { concern: 'asks for', where: 'acme-dose/mean limits.memoryMb', before: '256', after: '512' },
        ],
      ],
    );
    const first = await gateway.api.call('GET', '/v1/plugins/acme-dose/1.0.0/changes');
    assert.deepEqual([first.status, first.body.code], [404, 'plugin.not_found']);
    const { status, body } = await grant('2.2.0');
    assert.deepEqual([status, body.granted], [200, limits], JSON.stringify(body));
    assert.deepEqual([await tool(), await tool('1.0.0')], ['2.2.0', '1.0.0']);
    assert.equal((await gateway.api.call('DELETE', '/v1/plugins/acme-dose/2.2.0')).status, 204);
    const none = await grant('2.2.0');
    assert.deepEqual([none.status, none.body.code], [404, 'plugin.not_found']);
  });

  test('without a grant it is in no catalogue and takes no job', async () => {
    assert.equal((await gateway.api.call('DELETE', '/v1/grants/acme-dose')).status, 204);
    assert.equal((await gateway.api.call('DELETE', '/v1/grants/acme-dose')).status, 404);
    assert.equal(await tool(), 'plugin.not_granted');
    const { body } = await gateway.api.call('GET', '/v1/tools');
    assert.ok(body.items.every((each: { name: string }) => each.name !== 'acme-dose/mean'));
    assert.deepEqual((await gateway.api.call('GET', '/v1/grants')).body.items, []);
    const { id } = await gateway.api.upload('doses.csv', 'dose\n1\n2\n');
    const hand = await openWorkerHand(gateway);
    await hand.makeReady(id);
    await hand.close();
    const { status, body: refused } = await gateway.api.submit('acme-dose/mean', id, {});
    assert.deepEqual([status, refused.code], [403, 'plugin.not_granted']);
    assert.equal((await grant('1.0.0')).status, 200);
    const { body: grants } = await gateway.api.call('GET', '/v1/grants');
    assert.deepEqual(
      grants.items.map((each: { plugin: string; version: string }) => [each.plugin, each.version]),
      [['acme-dose', '1.0.0']],
    );
  });

  test('a job keeps its version; a version that a job waits for is not taken away', async () => {
    const { id } = await gateway.api.upload('dose.csv', 'dose\n1\n2\n');
    assert.ok(id);
    const hand = await openWorkerHand(gateway);
    await hand.makeReady(id);
    await hand.close();
    const job = await gateway.api.submit('acme-dose/mean@^1', id, {});
    assert.equal(job.status, 202, JSON.stringify(job.body));
    assert.equal(job.body.version, '1.0.0');
    const refused = await gateway.api.call('DELETE', '/v1/plugins/acme-dose/1.0.0');
    assert.deepEqual([refused.status, refused.body.code], [409, 'plugin.in_use']);
    assert.match(refused.body.issues[0].detail, /^workspace [0-9a-f-]{36}: 1 job$/);
    await gateway.api.call('DELETE', `/v1/jobs/${job.body.id}`);
    assert.equal((await gateway.api.call('DELETE', '/v1/plugins/acme-dose/1.0.0')).status, 204);
    assert.deepEqual([await tool('1.0.0'), await tool()], ['tool.not_found', '2.1.0']);
    assert.equal((await gateway.api.call('DELETE', '/v1/plugins/acme-dose/1.0.0')).status, 404);
    assert.equal((await gateway.api.call('DELETE', '/v1/plugins/explore/1.0.0')).body.code, 'plugin.in_use');
  });

  test('a list of revocations holds at once; an older one, or one of a publisher, is refused', async () => {
    const { status, body } = await revoke({
      number: 7,
      plugins: [{ digest: two.digest, reason: 'wrong results' }],
    });
    assert.deepEqual([status, body.number], [200, 7], JSON.stringify(body));
    assert.equal(await tool(), 'tool.not_found');
    const [view] = await standing();
    assert.deepEqual([view.state, view.signature], ['revoked', 'revoked']);
    assert.match(view.reasons[0], /acme-dose 2\.1\.0 was revoked: wrong results/);
    assert.match((await send(two)).body.detail, /Rule revoked\.plugin/);
    assert.match((await revoke({ number: 6 })).body.detail, /Rule revoked\.older/);
    assert.match((await revoke({ number: 8 }, acme)).body.detail, /Rule signature\.unknown-key/);
    assert.equal((await revoke({ number: 8 })).status, 200);
    assert.equal(await tool(), '2.1.0');
    const expired = await revoke({ number: 9, expires: '2026-01-01T00:00:00Z' });
    assert.equal(expired.status, 200);
    assert.match((await send(one)).body.detail, /expired on 2026-01-01.*Rule revoked\.expired/);
    assert.equal(await tool(), '2.1.0', 'what is here goes on');
    assert.equal((await revoke({ number: 10 })).status, 200);
  });

  test('a file that was altered afterwards is found out', async () => {
    const { body } = await gateway.api.call('GET', '/v1/plugins');
    assert.ok(body.items.length > 0);
    await appendFile(path.join(gateway.pluginStore, 'acme-dose/2.1.0/files/mean/main.R'), '# more\n');
    await revoke({ number: 11 });
    const given = await gateway.api.call('GET', '/v1/plugins/acme-dose/2.1.0/package');
    assert.deepEqual([given.status, given.body.code], [422, 'plugin.digest_mismatch']);
    const [view] = await standing();
    assert.deepEqual([view.state, view.signature], ['quarantined', 'modified']);
    assert.match(view.reasons[0], /mean\/main\.R is not the one that was signed/);
    assert.equal(await tool(), 'tool.not_found');
  });

  test('one that cannot be read shuts nobody else out, and can be taken away', async () => {
    assert.equal((await send(one)).status, 201);
    await writeFile(path.join(gateway.pluginStore, 'acme-dose/2.1.0/receipt.json'), '{');
    await revoke({ number: 12 });
    const [good, bad] = await standing();
    assert.deepEqual([good.version, good.state], ['1.0.0', 'enabled']);
    assert.deepEqual([bad.version, bad.state, bad.signature], ['2.1.0', 'quarantined', 'invalid']);
    assert.match(bad.reasons[0], /cannot be read/);
    assert.equal(await tool(), '1.0.0');
    assert.equal((await gateway.api.call('DELETE', '/v1/plugins/acme-dose/2.1.0')).status, 204);
  });

  test('every act is in the audit trail, the refused with their rule', async () => {
    const { body } = await gateway.api.call('GET', '/v1/audit/records?limit=200');
    const acts = body.items.filter((each: { action: string }) => each.action.startsWith('plugin.'));
    const of = (action: string, outcome: string) =>
      acts.filter(
        (act: { action: string; outcome: string }) => act.action === action && act.outcome === outcome,
      );
    assert.equal(
      of('plugin.install', 'allowed').length,
      of('plugin.install', 'succeeded').length + of('plugin.install', 'refused').length,
    );
    assert.equal(of('plugin.remove', 'succeeded').length, 3);
    const rules = new Set(
      of('plugin.install', 'refused').map((act: { detail: { rule?: string } }) => act.detail.rule),
    );
    assert.deepEqual(
      [of('plugin.grant', 'succeeded').length, of('plugin.withdraw', 'succeeded').length],
      [3, 1],
    );
    for (const rule of ['signature.missing', 'plugin.sound', 'revoked.plugin'])
      assert.ok(rules.has(rule), rule);
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createKeyring, openKeyring } from './index.ts';
import { describeKeySource } from './key-source.suite.ts';
import { type SimulatedKeyService, simulateKeyService } from './testing/simulated-key-service.ts';

const vaultOf = ({ open }: SimulatedKeyService) => ({ name: 'simulated', open });

describeKeySource('keyring under a simulated key service', { skip: false }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-keyring-service-'));
  const service = simulateKeyService();
  const at = (name: string) => ({ file: join(folder, name, 'keyring.json'), vault: vaultOf(service) });
  return {
    make: () => createKeyring(at('own')),
    open: () => openKeyring(at('own')),
    other: () => createKeyring(at('other')),
    remove: () => rm(folder, { recursive: true }),
  };
});

describe('keyring under a simulated key service', () => {
  let folder = '';
  let file = '';
  const service = simulateKeyService();
  const context = { workspace: 'w' };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-keyring-service-'));
    file = join(folder, 'keyring.json');
  });
  after(() => rm(folder, { recursive: true }));

  it('stores what the service answers, of whatever length, under the name of its way', async () => {
    const keys = await createKeyring({ file, vault: vaultOf(service) });
    const lengths = new Set<number>();
    for (let i = 0; i < 20; i += 1) {
      const { key, wrapped } = await keys.generateKey(context);
      assert.equal(wrapped.alg, 'simulated-v1');
      lengths.add(wrapped.wrapped.length);
      assert.deepEqual(await keys.unwrap(wrapped, context), key);
      await assert.rejects(keys.unwrap({ ...wrapped, alg: 'A256GCM' }, context), {
        code: 'encryption.ciphertext_invalid',
      });
    }
    assert.ok(lengths.size > 5);
    await keys.close();
  });

  it('answers nothing while the service is cut off, and goes on afterwards', async () => {
    const keys = await openKeyring({ file, vault: vaultOf(service) });
    const { key, wrapped } = await keys.generateKey(context);
    service.cut(true);
    const unavailable = { code: 'encryption.key_unavailable' };
    await assert.rejects(keys.unwrap(wrapped, context), unavailable);
    await assert.rejects(keys.generateKey(context), unavailable);
    assert.equal((await keys.health()).ok, false);
    service.cut(false);
    assert.deepEqual(await keys.unwrap(wrapped, context), key);
    await keys.close();
  });

  it('does not open a file whose sealed part was cut or says a wrong length', async () => {
    const good = JSON.parse(await readFile(file, 'utf8'));
    const content = Buffer.from(good.content, 'base64');
    const longer = Buffer.from(content);
    longer.writeUInt32BE(2 ** 32 - 1);
    for (const bad of [Buffer.of(), content.subarray(0, 3), content.subarray(0, 50), longer]) {
      await writeFile(file, JSON.stringify({ ...good, content: bad.toString('base64') }), { mode: 0o600 });
      await assert.rejects(openKeyring({ file, vault: vaultOf(service) }), {
        code: 'encryption.key_unavailable',
      });
    }
  });
});

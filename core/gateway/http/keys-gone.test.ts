import assert from 'node:assert/strict';
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Gateway, startGateway } from './testing/gateway.ts';

describe('without its keys', () => {
  let gateway: Gateway;
  let dataset = '';
  before(async () => {
    gateway = await startGateway();
    dataset = (await gateway.api.upload('a.csv', 'a\n1\n')).id;
  });
  after(() => gateway?.stop());

  const call = (path: string) => gateway.api.call('GET', path);
  const objects = () => readdir(path.join(gateway.storeDirectory), { recursive: true });
  async function until(status: number): Promise<void> {
    for (let i = 0; i < 100; i += 1) {
      if ((await call('/health')).status === status) return;
      await delay(100);
    }
    assert.fail(`health never became ${status}`);
  }

  test('no artifact is read or written, the rest goes on and says why; with them back, all goes on', async () => {
    const stored = await objects();
    await rename(gateway.keyringFile, `${gateway.keyringFile}.away`);
    await until(503);
    const { body: health } = await call('/health');
    assert.deepEqual(health.parts.keys, { status: 'degraded', code: 'encryption.key_unavailable' });
    assert.equal(health.parts.database.status, 'ok');
    const refused = async (answer: Promise<{ status: number; body: { code: string } }>) => {
      const { status, body } = await answer;
      assert.deepEqual([status, body.code], [503, 'encryption.key_unavailable']);
    };
    await refused(call(`/v1/datasets/${dataset}/content`));
    await refused(call(`/v1/datasets/${dataset}`));
    await refused(
      gateway.api.call('POST', '/v1/datasets?name=b.csv', {
        body: 'a\n2\n',
        headers: { 'content-type': 'text/csv' },
      }),
    );
    await refused(call('/v1/keys'));
    assert.deepEqual(await objects(), stored, 'nothing was written');
    assert.equal((await call('/v1/me')).status, 200);
    assert.equal((await call('/v1/datasets')).body.items[0].id, dataset);
    assert.equal((await call('/v1/tools')).status, 200);

    await rename(`${gateway.keyringFile}.away`, gateway.keyringFile);
    await until(200);
    assert.equal((await call(`/v1/datasets/${dataset}/content`)).body, 'a\n1\n');
    await gateway.api.upload('b.csv', 'a\n2\n');
  });
});

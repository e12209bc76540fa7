import assert from 'node:assert/strict';
import { readdir, rename } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { collect } from '@assay/sdk';
import { need } from '../../../test/needs.ts';
import { makeSoftHsm, type SoftHsm } from '../../../test/softhsm.ts';
import { type Installation, inChunks, startInstallation } from '../../testing/installation.ts';
import { readDataset, receiveDataset } from './index.ts';

const bytes = Buffer.alloc(300_000, 'a,b\n1,2\n');

describe('a security module that is gone in mid-stream', need('softhsm'), () => {
  let hsm: SoftHsm;
  let at: Installation;
  before(async () => {
    hsm = await makeSoftHsm();
    Object.assign(process.env, hsm.env);
    at = await startInstallation({ pkcs11: { module: hsm.module, token: hsm.token, pin: hsm.pin } });
  });
  after(async () => {
    await at?.stop();
    await hsm?.remove();
  });

  const upload = (body: AsyncIterable<Uint8Array>) =>
    receiveDataset(at.api, at.context(), { name: 'a.csv', mediaType: 'text/csv', body });
  async function until(usable: boolean): Promise<void> {
    for (let i = 0; i < 150; i += 1) {
      if ((await at.api.keys.health()).ok === usable) return;
      await delay(100);
    }
    assert.fail(`the keys never became ${usable ? 'usable' : 'unusable'}`);
  }

  test('the upload is refused and leaves nothing; what is being read ends whole; with it back, all goes on', async () => {
    const { id } = await upload(inChunks(bytes));
    const objects = await readdir(at.storeDirectory, { recursive: true });
    const reading = (await readDataset(at.api, at.context(), { id, form: 'original' })).body;
    async function* interrupted(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 150_000);
      await rename(hsm.tokens, `${hsm.tokens}.away`);
      await until(false);
      yield bytes.subarray(150_000);
    }
    const unavailable = { code: 'encryption.key_unavailable' };
    try {
      await assert.rejects(upload(interrupted()), unavailable);
      assert.deepEqual(await readdir(at.storeDirectory, { recursive: true }), objects);
      assert.ok((await collect(reading)).equals(bytes), 'its key was there when it began');
      await assert.rejects(readDataset(at.api, at.context(), { id, form: 'original' }), unavailable);
    } finally {
      await rename(`${hsm.tokens}.away`, hsm.tokens);
    }
    await until(true);
    await upload(inChunks(bytes));
    const again = await readDataset(at.api, at.context(), { id, form: 'original' });
    assert.ok((await collect(again.body)).equals(bytes));
  });
});

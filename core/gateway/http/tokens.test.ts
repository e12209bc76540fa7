import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { type Gateway, startGateway } from './testing/gateway.ts';

describe('tokens that are known for a moment', () => {
  let gateway: Gateway;
  let owner: pg.Client;
  before(async () => {
    gateway = await startGateway();
    owner = new pg.Client({ connectionString: gateway.ownerUrl });
    await owner.connect();
  });
  after(async () => {
    await owner?.end();
    await gateway?.stop();
  });

  const status = async () => (await gateway.api.call('GET', '/v1/me')).status;

  /** Asks on and on, so that the token is never forgotten for want of use. @returns milliseconds until the answer */
  async function until(wanted: number, change: string): Promise<number> {
    assert.notEqual(await status(), wanted);
    await owner.query(change);
    const since = performance.now();
    while (performance.now() - since < 5000)
      if ((await status()) === wanted) return performance.now() - since;
    assert.fail(`not ${wanted} within five seconds`);
  }

  test('revocation counts within a second, under use', async () => {
    const ms = await until(401, "update assay.token set revoked_at = now() where kind = 'api'");
    assert.ok(ms < 1000, `${ms} ms`);
  });

  test('a refusal is not remembered', async () => {
    await owner.query("update assay.token set revoked_at = null where kind = 'api'");
    assert.equal(await status(), 200);
  });

  test('a role that was taken away counts within a second', async () => {
    const list = async () => (await gateway.api.call('GET', '/v1/plugins')).status;
    assert.equal(await list(), 200);
    await owner.query("update assay.membership set role = 'viewer' where role = 'administrator'");
    const since = performance.now();
    while ((await list()) === 200 && performance.now() - since < 5000);
    assert.equal(await list(), 403);
    assert.ok(performance.now() - since < 1000);
  });
});

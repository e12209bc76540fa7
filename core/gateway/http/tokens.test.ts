import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { callApi } from '../../../test/api.ts';
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

  test('revoked over the API it opens nothing within a second, also where it is in use', async () => {
    await owner.query("update assay.membership set role = 'administrator' where role = 'viewer'");
    const json = { name: 'ci', scopes: ['tools:read', 'admin'], days: 1 };
    let made = await gateway.api.call('POST', '/v1/tokens', { json });
    for (let i = 0; made.status === 403 && i < 50; i++) {
      await delay(50);
      made = await gateway.api.call('POST', '/v1/tokens', { json });
    }
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const ci = callApi(gateway.url, made.body.token);
    const { body: me } = await ci.call('GET', '/v1/me');
    assert.deepEqual([me.scopes, me.workspace.home, me.expiresAt], [json.scopes, true, made.body.expiresAt]);
    assert.equal((await gateway.api.call('DELETE', `/v1/tokens/${made.body.id}`)).status, 200);
    const since = performance.now();
    while ((await ci.call('GET', '/v1/me')).status === 200 && performance.now() - since < 5000);
    assert.ok(performance.now() - since < 1000);
    assert.equal((await ci.call('GET', '/v1/me')).status, 401);
  });

  test('role change: a demoted administrator is one for less than a second more, over REST and MCP', async () => {
    const { body: service } = await gateway.api.call('POST', '/v1/services', {
      json: { name: 'bot', role: 'administrator' },
    });
    const json = { name: 'bot', scopes: ['tools:read', 'admin'], days: 1, service: service.id };
    const { body: token } = await gateway.api.call('POST', '/v1/tokens', { json });
    const bot = callApi(gateway.url, token.token);
    const ask = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'list_datasets', arguments: {} },
    };
    const headers = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' };
    const overMcp = async () => JSON.stringify((await bot.call('POST', '/mcp', { json: ask, headers })).body);
    assert.equal((await bot.call('GET', '/v1/members')).status, 200);
    assert.doesNotMatch(await overMcp(), /access\.denied/);
    await gateway.api.call('POST', `/v1/members/${service.id}`, { json: { role: 'operator' } });
    const since = performance.now();
    while ((await bot.call('GET', '/v1/datasets')).status === 200 && performance.now() - since < 5000);
    assert.ok(performance.now() - since < 1000);
    assert.match(await overMcp(), /access\.denied/);
    assert.equal((await gateway.api.call('DELETE', `/v1/members/${service.id}`)).status, 200);
    const removed = performance.now();
    while ((await bot.call('GET', '/v1/me')).status === 200 && performance.now() - removed < 5000);
    assert.ok(performance.now() - removed < 1000);
  });
});

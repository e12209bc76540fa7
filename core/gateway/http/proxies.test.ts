import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { ask } from './testing/ask.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';

/** On loopback every address of 127.0.0.0/8 is there to play somebody: the proxy, and strangers. */
const proxy = '127.0.0.3';
const stranger = '127.0.0.2';

describe('plain HTTP behind a trusted proxy', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({
      http: { trustedProxies: [`${proxy}/32`], publicUrl: 'https://assay.example.org' },
    });
  });
  after(() => gateway?.stop());
  const get = (from: string, path: string, headers = {}) =>
    ask({ port: gateway.port, from, path, headers: { host: 'assay.example.org', ...headers } });

  test('past the proxy nobody is answered, whatever he says', async () => {
    for (const headers of [
      {},
      { 'x-forwarded-for': proxy },
      { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' },
      { authorization: `Bearer ${gateway.api.token}` },
    ]) {
      const { status, text } = await get(stranger, '/v1/me', headers);
      assert.deepEqual([status, JSON.parse(text).code], [403, 'request.proxy_required']);
    }
    assert.equal((await get(proxy, '/health')).status, 200);
    assert.equal((await get('127.0.0.1', '/health')).status, 200, 'this machine itself');
  });

  test('proxy spoofing: log and limits go by the address that the proxy saw, not by the one that it was told', async () => {
    const seen = await get(proxy, '/v1/me', { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' });
    assert.equal(seen.status, 401);
    const told = await get('127.0.0.1', '/v1/me', { 'x-forwarded-for': '198.51.100.1' });
    assert.equal(told.status, 401);
    await gateway.flushed();
    const lines = (await readFile(gateway.logFile, 'utf8')).split('\n').filter(Boolean);
    const addressOf = (id: unknown) =>
      JSON.parse(lines.find((line) => line.includes(String(id))) ?? '{}').address;
    assert.equal(addressOf(seen.headers['x-request-id']), '203.0.113.9');
    assert.equal(addressOf(told.headers['x-request-id']), '127.0.0.1');
    assert.doesNotMatch(lines.join('\n'), /198\.51\.100\.1/);
  });

  test('with a token the log has no address: an erasure could not reach it there', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.77', authorization: `Bearer ${gateway.api.token}` };
    assert.equal((await get(proxy, '/v1/me', headers)).status, 200);
    await gateway.flushed();
    assert.doesNotMatch(await readFile(gateway.logFile, 'utf8'), /203\.0\.113\.77/);
  });

  test('host header attacks through the proxy end at the list of names', async () => {
    assert.equal((await get(proxy, '/health', { 'x-forwarded-host': 'evil.example' })).status, 421);
    assert.equal((await get(proxy, '/health', { 'x-forwarded-host': 'assay.example.org' })).status, 200);
    assert.equal((await get('127.0.0.1', '/health', { 'x-forwarded-host': 'evil.example' })).status, 200);
  });

  test('more headers than are read: refused, or the one that the proxy adds last would be lost', async () => {
    const many = Object.fromEntries(Array.from({ length: 110 }, (_, i) => [`x-pad-${i}`, '1']));
    const { status } = await get(proxy, '/health', { ...many, 'x-forwarded-for': '203.0.113.9' });
    assert.equal(status, 400);
  });
});

describe('limits of requests', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({
      http: { trustedProxies: [proxy] },
      limits: { requestsPerAddress: 60, requestsPerPrincipal: 80, requestsPerWorkspace: 100 },
    });
  });
  after(() => gateway?.stop());

  async function statuses(count: number, headersOf: (i: number) => object): Promise<Record<number, number>> {
    const found: Record<number, number> = {};
    for (let i = 0; i < count; i += 1) {
      const headers = { host: 'localhost', ...headersOf(i) };
      const { status } = await ask({ port: gateway.port, from: proxy, path: '/v1/me', headers });
      found[status] = (found[status] ?? 0) + 1;
    }
    return found;
  }

  test('by address before anybody is asked who it is; others are still answered', async () => {
    assert.deepEqual(await statuses(70, () => ({ 'x-forwarded-for': '203.0.113.1' })), { 401: 60, 429: 10 });
    assert.deepEqual(await statuses(5, () => ({ 'x-forwarded-for': '203.0.113.2' })), { 401: 5 });
    const answer = await ask({
      ...{ port: gateway.port, from: proxy, path: '/health' },
      headers: { host: 'localhost', 'x-forwarded-for': '203.0.113.1' },
    });
    const body = JSON.parse(answer.text);
    assert.deepEqual([answer.status, body.code, body.retryable], [429, 'request.limit_exceeded', true]);
    const wait = Number(answer.headers['retry-after']);
    assert.ok(wait >= 1 && wait <= 60, String(wait));
    assert.match(
      body.detail,
      /^At most 60 requests a minute from one address are taken; try again in \d+ s\.$/,
    );
  });

  test('from a whole IPv6 network as from one address', async () => {
    const found = await statuses(70, (i) => ({ 'x-forwarded-for': `2001:db8::${i.toString(16)}` }));
    assert.deepEqual(found, { 401: 60, 429: 10 });
  });

  test('by principal, from however many addresses', async () => {
    const authorization = `Bearer ${gateway.api.token}`;
    const found = await statuses(90, (i) => ({ authorization, 'x-forwarded-for': `198.51.100.${i}` }));
    assert.deepEqual(found, { 200: 80, 429: 10 });
  });

  test('what is stored of it names no address', async () => {
    const owner = new pg.Client({ connectionString: gateway.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query('select key from assay.rate_limit');
    await owner.end();
    assert.ok(rows.length >= 3);
    assert.doesNotMatch(JSON.stringify(rows), /203\.0|198\.51|2001:/);
  });

  // The last one: it ends the database.
  test('with the database gone addresses are still limited', async () => {
    await gateway.stopDatabase();
    const found = await statuses(70, () => ({ 'x-forwarded-for': '203.0.113.50' }));
    assert.deepEqual(found, { 401: 60, 429: 10 });
  });
});

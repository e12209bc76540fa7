import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { callApi } from '../../../test/api.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';

describe('an address that takes one upload', () => {
  let gateway: Gateway;
  let owner: pg.Client;
  before(async () => {
    gateway = await startGateway({ maxUploadBytes: 1000 });
    owner = new pg.Client({ connectionString: gateway.ownerUrl });
    await owner.connect();
  });
  after(async () => {
    await owner?.end();
    await gateway?.stop();
  });

  const offer = async (name = 'a.csv') => {
    const { status, body } = await gateway.api.call('POST', '/v1/uploads', { json: { name } });
    assert.equal(status, 201, JSON.stringify(body));
    return body as { url: string; expiresAt: string };
  };
  const send = async (url: string, body: string) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body,
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const spent = async (url: string) => {
    const { status, body } = await send(url, 'x\n1\n');
    assert.deepEqual([status, body.code], [404, 'upload.not_found']);
  };

  test('takes a file without a token, for its maker and in their workspace, and no second one', async () => {
    const { url, expiresAt } = await offer();
    const left = Date.parse(expiresAt) - Date.now();
    assert.ok(left > 9 * 60_000 && left <= 10 * 60_000);
    const { status, body } = await send(url, 'x,y\n1,2\n');
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual([body.name, body.state], ['a.csv', 'received']);
    const seen = await gateway.api.call('GET', `/v1/datasets/${body.id}`);
    const { body: me } = await gateway.api.call('GET', '/v1/me');
    assert.equal(seen.body.receivedBy, me.principal.id);
    const { rows } = await owner.query(
      "select action, client from assay.audit_record where action like 'upload.%' or subject_id = $1 order by seq",
      [body.id],
    );
    assert.deepEqual(rows.map(({ action }) => action).slice(0, 2), ['upload.offer', 'dataset.receive']);
    assert.match(JSON.stringify(rows[1]), /upload:[A-Za-z0-9]{12}/);
    await spent(url);
  });

  test('of fifty at once one is taken', async () => {
    const { url } = await offer();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => send(url, `x\n${i}\n`)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal(answers.filter(({ status }) => status === 404).length, 49);
  });

  test('is spent by what it refuses, too; whoever is refused is told why', async () => {
    for (const [body, name, code] of [
      ['', 'a.csv', 'dataset.empty'],
      ['x\n'.repeat(1000), 'a.csv', 'request.too_large'],
      ['x\n1\n', '\u202e.csv', 'dataset.name_invalid'],
    ] as const) {
      const { url } = await offer(name);
      assert.equal((await send(url, body)).body.code, code);
      if (code !== 'request.too_large') await spent(url);
    }
  });

  test('opens nothing else, and nothing else opens it', async () => {
    const { url } = await offer();
    const secret = url.slice(url.lastIndexOf('/') + 1);
    const thief = callApi(gateway.url, secret);
    for (const [method, path] of [
      ['GET', '/v1/me'],
      ['GET', '/v1/datasets'],
      ['POST', '/v1/uploads'],
      ['POST', '/mcp'],
    ] as const)
      assert.equal((await thief.call(method, path)).status, 401, path);
    const started = await thief.call('POST', '/v1/sign-in', { json: { token: secret } });
    assert.equal(started.status, 401);
    await spent(`${gateway.url}/v1/uploads/${gateway.api.token}`);
    await spent(`${url.slice(0, -1)}${url.endsWith('0') ? '1' : '0'}`);
    await spent(`${gateway.url}/v1/uploads/x`);
    assert.ok(!JSON.stringify((await gateway.api.call('GET', '/v1/tokens')).body).includes('a.csv'));
    assert.equal((await send(url, 'x\n1\n')).status, 201, 'and it still takes its upload');
  });

  test('is over after ten minutes, and when its maker is a member no more', async () => {
    const late = await offer();
    await owner.query("update assay.token set expires_at = now() where kind = 'upload'");
    await spent(late.url);
    const left = await offer();
    await owner.query('update assay.principal set disabled_at = now()');
    await spent(left.url);
    await owner.query('update assay.principal set disabled_at = null');
  });

  test('its secret is in no log and no table', async () => {
    const { url } = await offer();
    const secret = url.slice(url.lastIndexOf('/') + 1);
    await send(url, 'x\n1\n');
    const { rows } = await owner.query('select t::text as row from assay.token t');
    assert.ok(rows.every(({ row }) => !row.includes(secret.slice(19, 60))));
    await gateway.flushed();
    assert.ok(!(await readFile(gateway.logFile, 'utf8')).includes(secret.slice(19, 60)));
  });
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sha256 } from '@assay/sdk';
import type { Api } from '../../../test/api.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';
import { openSocket, speak } from './testing/socket.ts';

describe('uploads and downloads', () => {
  let gateway: Gateway;
  let api: Api;
  before(async () => {
    gateway = await startGateway({ maxUploadBytes: 2_000_000 });
    api = gateway.api;
  });
  after(() => gateway?.stop());

  const objects = async () => {
    const entries = await readdir(gateway.storeDirectory, { recursive: true, withFileTypes: true });
    return entries
      .filter((e) => e.isFile())
      .map((e) => `${e.parentPath}/${e.name}`)
      .sort();
  };
  const head = (...more: string[]) => [
    'POST /v1/datasets?name=cut.csv HTTP/1.1',
    `Host: 127.0.0.1:${gateway.port}`,
    `Authorization: Bearer ${api.token}`,
    'Content-Type: text/csv',
    ...more,
  ];
  /** Waits until the server has settled what a cut connection left. */
  const untilNothingIsKept = async (before: readonly string[]) => {
    for (let i = 0; i < 400; i += 1) {
      if (JSON.stringify(await objects()) === JSON.stringify(before)) return;
      await delay(25);
    }
    assert.deepEqual(await objects(), before);
  };

  test('the bytes come back as they went in, to be saved and never shown', async () => {
    const bytes = randomBytes(1_500_000);
    const name = 'Sömmer "2026"\\; x=1.csv';
    const answer = await api.call('POST', `/v1/datasets?name=${encodeURIComponent(name)}`, {
      body: bytes,
      headers: { 'content-type': 'text/csv; charset=latin1' },
    });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    const { id, digest, state, mediaType } = answer.body;
    assert.equal(answer.headers.get('location'), `/v1/datasets/${id}`);
    assert.deepEqual([digest, state, mediaType], [sha256(bytes), 'received', 'text/csv']);
    assert.equal((await api.call('GET', `/v1/datasets/${id}`)).body.name, name);
    const content = await fetch(`${gateway.url}/v1/datasets/${id}/content`, {
      headers: { authorization: `Bearer ${api.token}` },
    });
    assert.equal(content.headers.get('content-type'), 'text/csv');
    assert.match(
      content.headers.get('content-disposition') ?? '',
      /^attachment; filename="[^"\\]*"; filename\*=UTF-8''/,
    );
    assert.equal(content.headers.get('x-content-type-options'), 'nosniff');
    assert.deepEqual(Buffer.from(await content.arrayBuffer()), bytes);
  });

  test('a form that is not there yet, and a form that is none', async () => {
    const { id } = await api.upload('a.csv', 'a\n1\n');
    const notYet = await api.call('GET', `/v1/datasets/${id}/content?form=arrow`);
    assert.deepEqual([notYet.status, notYet.body.code], [409, 'dataset.not_ready']);
    const none = await api.call('GET', `/v1/datasets/${id}/content?form=xml`);
    assert.deepEqual([none.status, none.body.code], [400, 'request.invalid']);
  });

  test('pages of data sets, newest first', async () => {
    for (const name of ['one', 'two', 'three']) await api.upload(name, 'a\n1\n');
    const { body: first } = await api.call('GET', '/v1/datasets?limit=2');
    assert.deepEqual(
      first.items.map((d: { name: string }) => d.name),
      ['three', 'two'],
    );
    const { body: second } = await api.call('GET', `/v1/datasets?limit=1&after=${first.next}`);
    assert.equal(second.items[0].name, 'one');
  });

  test('what cannot be taken is refused and leaves nothing', async () => {
    const kept = await objects();
    const refused = async (status: number, code: string, path: string, body: string, headers: object) => {
      const answer = await api.call('POST', path, {
        body,
        headers: { 'content-type': 'text/csv', ...headers },
      });
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
      return answer.body;
    };
    const at = '/v1/datasets?name=a.csv';
    await refused(422, 'dataset.empty', at, '', {});
    await refused(400, 'request.invalid', '/v1/datasets', 'a\n1\n', {});
    await refused(422, 'dataset.name_invalid', '/v1/datasets?name=a%00b', 'a\n1\n', {});
    await refused(415, 'request.media_type_unsupported', at, 'a', { 'content-type': 'image/png' });
    await refused(415, 'request.media_type_unsupported', at, 'a', { 'content-type': 'nonsense' });
    await refused(415, 'request.media_type_unsupported', at, 'a', { 'content-encoding': 'gzip' });
    const large = await refused(413, 'request.too_large', at, 'x'.repeat(2_000_001), {});
    assert.match(large.detail, /2000000|2,000,000/);
    await untilNothingIsKept(kept);
  });

  test('a body too large that announces no length is refused once it is', async () => {
    const kept = await objects();
    const piece = 'x'.repeat(100_000);
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(Buffer.from(piece));
      },
    });
    const answer = await api
      .call('POST', '/v1/datasets?name=a.csv', {
        body,
        headers: { 'content-type': 'text/csv' },
      })
      .catch((error: unknown) => error as Error);
    // The server stops listening while the caller still talks, so the caller may see a cut instead of the answer.
    if (!(answer instanceof Error)) assert.equal(answer.status, 413);
    await untilNothingIsKept(kept);
  });

  test('nobody without a token gets as far as the body', async () => {
    const answer = await speak(
      gateway.port,
      ...head('Content-Length: 1000000', 'Connection: close').map((l) => l.replace(/Bearer .*/, 'Bearer x')),
      '',
      '',
    );
    assert.match(answer, /^HTTP\/1\.1 401/);
  });

  for (const [how, lines] of [
    ['that announced its length', ['Content-Length: 1000000', '', 'a,b\r\n'.repeat(20_000)]],
    ['in chunks', ['Transfer-Encoding: chunked', '', '4', 'a,b\n', '']],
  ] as const)
    test(`a connection cut in the middle of a body ${how} leaves nothing`, async () => {
      const kept = await objects();
      const { body: before } = await api.call('GET', '/v1/datasets');
      const socket = await openSocket(gateway.port);
      socket.on('error', () => socket.destroy());
      socket.write(head(...lines).join('\r\n'));
      // Until the upload has begun to be stored, so that there is something to take back.
      await delay(200);
      socket.resetAndDestroy();
      await untilNothingIsKept(kept);
      assert.deepEqual((await api.call('GET', '/v1/datasets')).body, before);
      await gateway.flushed();
    });

  test('a body that stops in the middle when the caller closes his side is an error, not a data set', async () => {
    const kept = await objects();
    const socket = await openSocket(gateway.port);
    socket.end(head('Content-Length: 1000', '', 'a,b\n').join('\r\n'));
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    assert.doesNotMatch(heard, /^HTTP\/1\.1 201/);
    await untilNothingIsKept(kept);
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createListener, listenerBounds } from './listener.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';
import { openSocket, speak } from './testing/socket.ts';

describe('hostile requests', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway?.stop());

  const raw = (first: string, ...rest: string[]) =>
    speak(gateway.port, first, `Host: 127.0.0.1:${gateway.port}`, ...rest);
  const signedIn = () => `Authorization: Bearer ${gateway.api.token}`;

  test('header injection: what a caller says never becomes a header of the answer', async () => {
    const { api } = gateway;
    const evil = '%0d%0aSet-Cookie:%20evil=1%0d%0a%0d%0a<script>';
    const text = 'a\r\nSet-Cookie: evil=1\r\n\r\n<script>';
    const origin = gateway.url;
    const answers = [
      await api.call('GET', `/sign-in?next=/${evil}&token=${evil}`),
      await api.call('GET', `/v1/jobs/${evil}`),
      await api.call('GET', `/${evil}`, { headers: { accept: 'text/html' } }),
      await api.call('GET', `/v1/jobs?state=${evil}`),
      await api.call('POST', '/sign-in', {
        body: new URLSearchParams({ token: gateway.startToken, next: `/${text}` }),
        headers: { origin },
      }),
      await api.call('POST', `/v1/datasets?name=${evil}`, {
        body: 'a\n1\n',
        headers: { 'content-type': 'text/csv' },
      }),
    ];
    for (const [i, { headers, status }] of answers.entries()) {
      assert.ok(status >= 200 && status < 500, `${i}: ${status}`);
      assert.equal(headers.get('set-cookie')?.includes('evil') ?? false, false, String(i));
      for (const [, value] of headers) assert.doesNotMatch(value, /evil=1/, String(i));
    }
    const split = await raw(
      'GET /health HTTP/1.1',
      'X-A: b\rSet-Cookie: evil=1',
      'Connection: close',
      '',
      '',
    );
    assert.match(split, /^HTTP\/1\.1 400/);
  });

  test('clickjacking: no page of ours may be framed by another site', async () => {
    const pages = ['/sign-in', '/v1/nothing', '/v1/me', '/v1/reports/x.html', '/health'];
    for (const page of pages) {
      const { headers } = await gateway.api.call('GET', page, { headers: { accept: 'text/html' } });
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, page);
      assert.equal(headers.get('x-frame-options'), 'DENY', page);
      assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', page);
    }
  });

  test('request smuggling: two lengths, or a length and chunks, are no request', async () => {
    const body = ['Content-Type: application/json', '', '0', '', 'GET /v1/me HTTP/1.1', ''];
    for (const lengths of [
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Transfer-Encoding: chunked, identity'],
      ['Transfer-Encoding : chunked'],
      ['Content-Length: +5'],
    ]) {
      const answer = await raw('POST /v1/jobs HTTP/1.1', signedIn(), ...lengths, ...body);
      assert.match(answer, /^HTTP\/1\.1 400/, lengths.join());
      assert.equal(answer.match(/^HTTP\/1\.1/gm)?.length, 1, lengths.join());
    }
    const hosts = await raw('GET /health HTTP/1.1', 'Host: evil.example', 'Connection: close', '', '');
    assert.doesNotMatch(hosts, /^HTTP\/1\.1 5/);
    assert.doesNotMatch(hosts, /evil/);
  });

  test('oversized headers and addresses end the connection before anything reads them', async () => {
    const large = 'x'.repeat(listenerBounds.headerBytes);
    for (const lines of [
      ['GET /health HTTP/1.1', `X-Large: ${large}`],
      [`GET /health?${large} HTTP/1.1`],
      ['GET /health HTTP/1.1', ...Array.from({ length: 2000 }, (_, i) => `X-Pad-${i}: 12345678`)],
      ['GET /health HTTP/1.1', `Cookie: assay_session=${large}`],
    ])
      assert.match(await raw(lines[0] ?? '', ...lines.slice(1), '', ''), /^HTTP\/1\.1 4(00|31)/);
    assert.equal((await gateway.api.call('GET', '/health')).status, 200);
  });

  test('a body where none belongs is refused, not read without end', async () => {
    // Each is answered at once, and then listened to for a moment, so that its sender sees why.
    const answers = await Promise.all(
      ['GET /v1/me', 'GET /health', 'DELETE /v1/jobs/00000000-0000-4000-8000-00000000dead'].map((line) =>
        raw(`${line} HTTP/1.1`, signedIn(), 'Content-Length: 100000000000', 'Connection: close', '', 'x'),
      ),
    );
    for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 413/);
    const empty = await raw(
      'GET /v1/me HTTP/1.1',
      signedIn(),
      'Content-Length: 0',
      'Connection: close',
      '',
      '',
    );
    assert.match(empty, /^HTTP\/1\.1 200/);
  });

  test('slowloris: two hundred half requests keep nobody else waiting', async () => {
    const slow = await Promise.all(Array.from({ length: 200 }, () => openSocket(gateway.port)));
    for (const socket of slow) {
      socket.on('error', () => undefined);
      socket.write('GET /health HTTP/1.1\r\nHost: loc');
    }
    try {
      for (let i = 0; i < 20; i += 1) assert.equal((await gateway.api.call('GET', '/v1/me')).status, 200);
    } finally {
      for (const socket of slow) socket.destroy();
    }
  });
});

describe('the listener', () => {
  const quick = { ...listenerBounds, headersMs: 200, requestMs: 400, lookEveryMs: 50, keepAliveMs: 100 };
  let listener: Server;
  let port: number;
  before(async () => {
    listener = createListener(undefined, quick);
    listener.on('request', (request, response) => {
      if (request.method === 'GET') response.end('ok');
      else request.resume().on('end', () => response.end('ok'));
    });
    // As hapi does: says so, and leaves the connection to its other end.
    listener.on('clientError', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    port = (listener.address() as AddressInfo).port;
  });
  after(() => listener.close());

  /** Until the server has let go of the connection, also of one whose other end never closes. */
  async function ended(socket: Socket): Promise<void> {
    socket.on('error', () => undefined).resume();
    const dripping = setInterval(() => socket.writable && socket.write('x'), 40);
    await once(socket, 'close');
    clearInterval(dripping);
  }
  const connections = () =>
    new Promise<number>((resolve) => listener.getConnections((_, count) => resolve(count)));

  test('slowloris: headers, a body or nothing at all, byte by byte, end with the bounds', async () => {
    const starts = [
      'GET / HTTP/1.1\r\nHost: a\r\nX-',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT',
    ];
    const sockets = await Promise.all(starts.map(() => openSocket(port)));
    for (const [i, socket] of sockets.entries()) socket.write(starts[i] ?? '');
    await Promise.all(sockets.map(ended));
    for (let i = 0; i < 100 && (await connections()) > 0; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await connections(), 0);
  });

  test('the bounds of the product are short where nothing large can be under way', () => {
    const product = createListener(undefined);
    assert.equal(product.headersTimeout, 15_000);
    assert.equal(product.keepAliveTimeout, 5000);
    assert.equal(product.maxHeadersCount, 100);
    assert.ok(listenerBounds.lookEveryMs <= 5000 && listenerBounds.handshakeMs <= 10_000);
  });
});

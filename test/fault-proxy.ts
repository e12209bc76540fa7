import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What the proxy does to one request instead of passing it on whole. */
export type Fault =
  | { readonly answer: 500 | 503 }
  /** Passes the request on, then loses the answer. */
  | { readonly lose: 'answer' }
  /** Ends the connection after so many bytes of the answer's body. */
  | { readonly cutAnswerAfter: number }
  /** Ends the connection after so many bytes of the request's body. */
  | { readonly cutRequestAfter: number }
  /** Says nothing for so long, then passes on. */
  | { readonly delayMs: number }
  /** Says that these keys may not do that. */
  | { readonly deny: true }
  /** Passes the request on, and the answer with another time of the server. */
  | { readonly shiftClockMs: number }
  /** Says that a conditional write was done where the server refused it, as one that knows no conditions would. */
  | { readonly ignoreCondition: true };

export interface FaultProxy {
  readonly url: string;
  /** Asked for each request; undefined passes it on. */
  fault: (request: { readonly method: string; readonly url: string }) => Fault | undefined;
  /** Requests seen, as `PUT /bucket/key`. */
  readonly seen: string[];
  close(): Promise<void>;
}

function passOn(
  target: URL,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  fault: Fault | undefined,
): void {
  const options = { host: target.hostname, port: target.port, path: request.url, method: request.method };
  // The signature covers the Host header, so it goes on as it came.
  const sent = http.request({ ...options, headers: request.headers }, (answer) => {
    if (fault && 'lose' in fault) {
      answer.resume();
      answer.on('end', () => response.destroy());
      return;
    }
    const headers = { ...answer.headers };
    if (fault && 'shiftClockMs' in fault)
      headers.date = new Date(Date.now() + fault.shiftClockMs).toUTCString();
    if (fault && 'ignoreCondition' in fault && answer.statusCode === 412) {
      answer.resume();
      response.writeHead(200, { etag: '"0"' });
      answer.on('end', () => response.end());
      return;
    }
    response.writeHead(answer.statusCode ?? 500, headers);
    let left = fault && 'cutAnswerAfter' in fault ? fault.cutAnswerAfter : Number.POSITIVE_INFINITY;
    answer.on('data', (chunk: Buffer) => {
      if (left === Number.POSITIVE_INFINITY) return void response.write(chunk);
      const part = chunk.subarray(0, left);
      left -= part.length;
      response.write(part, () => left <= 0 && response.destroy());
    });
    answer.on('end', () => left > 0 && response.end());
  });
  sent.on('error', () => response.destroy());
  let toCut = fault && 'cutRequestAfter' in fault ? fault.cutRequestAfter : Number.POSITIVE_INFINITY;
  request.on('data', (chunk: Buffer) => {
    toCut -= chunk.length;
    if (toCut <= 0) {
      sent.destroy();
      response.destroy();
    } else sent.write(chunk);
  });
  request.on('end', () => sent.end());
}

/** Stands between a client and a real server, and does what a bad network or a tired server does. */
export async function startFaultProxy(
  endpoint: string,
  tls?: { readonly cert: string; readonly key: string },
): Promise<FaultProxy> {
  const target = new URL(endpoint);
  const proxy = { fault: (() => undefined) as FaultProxy['fault'], seen: [] as string[] };
  const handle = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const { method = '', url = '' } = request;
    proxy.seen.push(`${method} ${url}`);
    const fault = proxy.fault({ method, url });
    if (fault && 'answer' in fault) {
      request.resume();
      response.writeHead(fault.answer, { 'content-type': 'application/xml' });
      response.end('<Error><Code>SlowDown</Code></Error>');
      return;
    }
    if (fault && 'deny' in fault) {
      request.resume();
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end(method === 'HEAD' ? '' : '<Error><Code>AccessDenied</Code></Error>');
      return;
    }
    if (fault && 'delayMs' in fault) await delay(fault.delayMs, undefined, { ref: false });
    passOn(target, request, response, fault);
  };
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

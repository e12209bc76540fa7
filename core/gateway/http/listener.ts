import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { type CertificatePair, tlsVersion } from './certificate.ts';

/** How long a connection may take for what it says. Milliseconds, and bytes. */
export interface ListenerBounds {
  /** Line and headers of a request. */
  readonly headersMs: number;
  /** A whole request; an upload may take this long, and one that says nothing for a minute ends much earlier. */
  readonly requestMs: number;
  /** How often what is too slow is looked for. */
  readonly lookEveryMs: number;
  readonly handshakeMs: number;
  readonly keepAliveMs: number;
  readonly headerBytes: number;
}

export const listenerBounds: ListenerBounds = {
  headersMs: 15_000,
  requestMs: 6 * 3_600_000,
  lookEveryMs: 5000,
  handshakeMs: 10_000,
  keepAliveMs: 5000,
  headerBytes: 16 * 1024,
};

/** A request with more is refused: none is dropped, least of all the one that a proxy adds last. */
const mostHeaders = 100;

/** After a connection was refused its other end may read why, and is not waited for. */
const lingerMs = 1000;

/** The bare listener, not yet bound: TLS 1.3 where there is a certificate. */
export function createListener(
  pair: CertificatePair | undefined,
  bounds: ListenerBounds = listenerBounds,
): http.Server | https.Server {
  const options: http.ServerOptions = {
    maxHeaderSize: bounds.headerBytes,
    headersTimeout: bounds.headersMs,
    requestTimeout: bounds.requestMs,
    connectionsCheckingInterval: bounds.lookEveryMs,
    keepAliveTimeout: bounds.keepAliveMs,
  };
  const listener = pair
    ? https.createServer({
        ...options,
        ...tlsVersion,
        cert: pair.cert,
        key: pair.key,
        handshakeTimeout: bounds.handshakeMs,
      })
    : http.createServer(options);
  listener.maxHeadersCount = mostHeaders;
  // Whoever answers a broken request only says so; a sender that ignores it would hold the connection for ever.
  listener.on('clientError', (_: Error, socket: Socket) => {
    setTimeout(() => socket.destroy(), lingerMs).unref();
  });
  return listener;
}

import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface Asking {
  readonly port: number;
  /** Over TLS, trusting this certificate alone; plain HTTP without. */
  readonly ca?: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** Address that the connection is made from; all of 127.0.0.0/8 is there. */
  readonly from?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** SHA-256 of the certificate that the server showed. */
  readonly fingerprint?: string | undefined;
  readonly protocol?: string | null;
}

/** One request on a connection of its own, from an address and over TLS as a test wants it. */
export async function ask({ port, ca, from, body, ...rest }: Asking): Promise<Answered> {
  const options = {
    ...rest,
    ...{ host: '127.0.0.1', port, agent: false as const },
    ...(from === undefined ? {} : { localAddress: from }),
  };
  const request = ca === undefined ? http.request(options) : https.request({ ...options, ca });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += chunk;
  const shown = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
  };
  if (ca === undefined) return shown;
  const socket = response.socket as TLSSocket;
  return {
    ...shown,
    fingerprint: socket.getPeerX509Certificate()?.fingerprint256,
    protocol: socket.getProtocol(),
  };
}

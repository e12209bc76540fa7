import http from 'node:http';
import https from 'node:https';
import { collect } from '@assay/sdk';
import { Client } from 'minio';
import type { S3Place } from './s3-options.ts';

/** A server that says nothing for so long is taken for gone. */
const silenceMs = 20_000;
const connections = 32;

/** One request to the bucket. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The object; none for the bucket itself. */
  readonly key?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Statuses that are an answer; any other is an error. */
  readonly statuses?: readonly number[];
}

/** What the bucket answers: the client signs and sends; what is sent again, and when, is ours (`s3-retry.ts`). */
export interface S3Client {
  /** The body has to be read, or destroyed. */
  send(request: S3Request): Promise<http.IncomingMessage>;
  /** The same with its whole body. */
  ask(request: S3Request): Promise<{ readonly headers: http.IncomingHttpHeaders; readonly body: Buffer }>;
  readonly minio: Client;
  close(): void;
}

/** `http.request` that never waits for ever, and leaves no answer unread that nobody will read. */
function patient(protocol: typeof http | typeof https): Pick<typeof http, 'request'> {
  const request = (options: http.RequestOptions, answer: (response: http.IncomingMessage) => void) => {
    const sent = protocol.request(options, (response) => {
      // The client throws these away without reading them; unread, they would hold their connection.
      if ((response.statusCode ?? 0) >= 500 || response.statusCode === 429) response.resume();
      answer(response);
    });
    sent.setTimeout(silenceMs, () =>
      sent.destroy(
        Object.assign(new Error(`the server said nothing for ${silenceMs / 1000} seconds`), {
          code: 'ETIMEDOUT',
        }),
      ),
    );
    return sent;
  };
  return { request: request as typeof http.request };
}

export function createS3Client(place: S3Place): S3Client {
  const protocol = place.secure ? https : http;
  const agent = new protocol.Agent({
    keepAlive: true,
    maxSockets: connections,
    ...(place.ca ? { ca: place.ca } : {}),
  });
  const minio = new Client({
    endPoint: place.host,
    port: place.port,
    useSSL: place.secure,
    accessKey: place.accessKey,
    secretKey: place.secretKey,
    region: place.region,
    pathStyle: place.pathStyle,
    transport: patient(protocol) as never,
    transportAgent: agent,
    // Its own repetitions write to the console.
    retryOptions: { disableRetry: true },
  });
  // The digest of every body is part of what is signed, with TLS too: the server refuses one that was damaged on the way.
  minio.enableSHA256 = true;
  const send = ({ method, key, query, headers = {}, body, statuses = [200] }: S3Request) =>
    minio.makeRequestAsync(
      {
        method,
        bucketName: place.bucket,
        ...(key === undefined ? {} : { objectName: place.prefix + key }),
        ...(query === undefined ? {} : { query }),
        headers: { ...headers },
      },
      body ?? '',
      [...statuses],
      place.region,
    );
  return {
    send,
    async ask(request) {
      const response = await send(request);
      return { headers: response.headers, body: await collect(response) };
    },
    minio,
    close: () => agent.destroy(),
  };
}

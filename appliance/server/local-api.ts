import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { connect, type TLSSocket } from 'node:tls';
import { AssayError } from '@assay/sdk';

/** The api of this machine, called by the program that started it. */
export interface LocalApi {
  /** @returns status and text of the answer */
  call(
    method: string,
    path: string,
    init?: { readonly body?: string | Buffer; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<{ readonly status: number; readonly text: string }>;
}

/** A connection to whoever has exactly this certificate; its names and its issuer are the operator's business. */
function connectTo(host: string, port: number, fingerprint: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, minVersion: 'TLSv1.3' });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      if (socket.getPeerX509Certificate()?.fingerprint256 === fingerprint) return resolve(socket);
      socket.destroy();
      reject(new AssayError('config.invalid', `Another server than ours answers at ${host}:${port}.`));
    });
  });
}

function send(
  options: http.RequestOptions,
  body: string | Buffer | undefined,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
    });
    request.once('error', reject);
    request.end(body);
  });
}

/**
 * @param address - where the api says that it listens
 * @param certificateFile - of the api, where it speaks TLS; nobody else is told the token
 */
export function localApi(address: string, token: string, certificateFile?: string): LocalApi {
  const { protocol, hostname, port: given } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const port = Number(given || (protocol === 'https:' ? 443 : 80));
  return {
    async call(method, path, { body, headers = {} } = {}) {
      const socket =
        certificateFile === undefined
          ? undefined
          : await connectTo(host, port, new X509Certificate(await readFile(certificateFile)).fingerprint256);
      return send(
        {
          ...{ method, host, port, path },
          headers: { ...headers, authorization: `Bearer ${token}`, connection: 'close' },
          ...(socket ? { createConnection: () => socket } : {}),
        },
        body,
      );
    },
  };
}

import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { ServerRoute } from '@hapi/hapi';
import type { Context } from '../../domain/access/index.ts';
import { readText } from './body.ts';
import { originOf } from './guard.ts';
import { contextOf, type Mounting, signalOf, unread } from './mount.ts';
import { jsonBytes } from './route.ts';

/** What a mounted gateway is told of a request beside the request itself. */
export interface WebCall {
  readonly context: Context;
  /** How to reach this server from outside: `https://assay.example.org`. */
  readonly origin: string;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

/** Another gateway under one address of this server: a web-standard handler behind our authentication and our log. */
export interface WebMount {
  readonly path: string;
  answer(request: Request, call: WebCall): Promise<Response>;
  close(): Promise<void>;
}

const idleMs = 60_000;

/** The request's headers as the web has them; the token stays here. */
function headersOf(raw: Readonly<Record<string, unknown>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw))
    if (
      typeof value === 'string' &&
      !/^(authorization|cookie|content-length|transfer-encoding|connection)$/.test(name)
    )
      headers.set(name, value);
  return headers;
}

/** Every method of the address goes to the mount; which of them it takes it says itself. */
export function mountWeb(mount: WebMount, { deps, names, stopping }: Mounting): ServerRoute[] {
  return (['GET', 'POST', 'DELETE'] as const).map((method) => ({
    method,
    path: mount.path,
    options: {
      app: { pattern: mount.path },
      auth: 'token',
      state: { parse: false, failAction: 'ignore' as const },
      timeout: { server: false, socket: idleMs },
      ...(method === 'GET' ? {} : { payload: unread }),
      async handler(request, h) {
        const origin = originOf(names, request.app.caller);
        const signal = signalOf(request);
        const body = method === 'POST' ? await readText(request.raw.req, jsonBytes) : null;
        const asked = new Request(new URL(mount.path, origin), {
          method,
          headers: headersOf(request.headers),
          body,
          signal,
        });
        const context = contextOf(request, deps, signal);
        const answer = await mount.answer(asked, { context, origin, stopping });
        const stream = answer.body ? Readable.fromWeb(answer.body as ReadableStream) : '';
        const response = h.response(stream).code(answer.status);
        for (const [name, value] of answer.headers) response.header(name, value);
        return response;
      },
    },
  }));
}

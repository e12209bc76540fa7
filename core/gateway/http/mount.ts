import type { IncomingMessage } from 'node:http';
import { AssayError } from '@assay/sdk';
import type { Request, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import type { Validator } from '../../base/validation/index.ts';
import type { Context } from '../../domain/access/index.ts';
import type { Client } from '../../domain/audit/index.ts';
import type { Deps } from '../../domain/deps.ts';
import { isUnread, mediaTypeOf, openUpload, readText } from './body.ts';
import type { Caller } from './caller.ts';
import { type Names, originOf, requireOwnOrigin } from './guard.ts';
import { compileInput } from './input.ts';
import type { AnyRoute, Call, Reply } from './route.ts';

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    requestId: string;
    caller: Caller;
    /** What went wrong on our side, for the one line in the log. */
    fault?: unknown;
  }
  interface RouteOptionsApp {
    /** Its address with the names of its parameters, for the log. */
    pattern?: string;
  }
}

export interface Mounting {
  readonly deps: Deps;
  readonly validator: Validator;
  readonly names: Names;
  readonly uploads: { readonly maxBytes: number };
  readonly stopping: AbortSignal;
  readonly openapi: string;
  readonly version: string;
}

const allowed = { json: ['application/json'], form: ['application/x-www-form-urlencoded'] };
const idleMs = 60_000;
/** Bodies are read by us (body.ts): one way to limit, to time out and to refuse for all of them. */
export const unread = {
  parse: false,
  output: 'stream',
  override: 'application/octet-stream',
  maxBytes: Number.MAX_SAFE_INTEGER,
  timeout: false,
} as const;

function maxBytesOf(route: AnyRoute, { uploads }: Mounting): number {
  return route.maxBytes === 'uploads' ? uploads.maxBytes : Math.max(route.maxBytes, 1);
}

/** Refuses a body by its headers, before a byte of it is read: after authentication, so that a stranger learns nothing. */
function checkBody(route: AnyRoute, mounting: Mounting, request: Request): void {
  const { headers }: IncomingMessage = request.raw.req;
  const { 'content-length': length, 'content-type': type, 'content-encoding': encoding } = headers;
  if (route.payload.kind === 'form')
    requireOwnOrigin(mounting.names, { headers, caller: request.app.caller }, true);
  if (route.payload.kind === 'none' && isUnread(request.raw.req))
    throw new AssayError('request.too_large', 'A request to this address has no body.');
  const maxBytes = maxBytesOf(route, mounting);
  if (Number(length ?? 0) > maxBytes)
    throw new AssayError(
      'request.too_large',
      `The body has ${length} bytes; at most ${maxBytes} are taken here.`,
    );
  if (encoding !== undefined && encoding !== 'identity')
    throw new AssayError('request.media_type_unsupported', 'Send the body without a Content-Encoding.');
  const { payload } = route;
  const types =
    payload.kind === 'stream' ? payload.mediaTypes : payload.kind === 'none' ? null : allowed[payload.kind];
  if (types && !types.includes(mediaTypeOf(type)))
    throw new AssayError(
      'request.media_type_unsupported',
      `The Content-Type "${mediaTypeOf(type).slice(0, 100)}" is not taken here; ${types.join(', ')} would be.`,
    );
}

/** From where the caller comes, for the audit trail. */
export function clientOf({ app, headers }: Request): Client {
  const agent: unknown = headers['user-agent'];
  return {
    address: app.caller.address,
    ...(typeof agent === 'string' ? { agent: agent.slice(0, 200) } : {}),
  };
}

/** Who acts, for how long, and under which request id; of a request that went through authentication. */
export function contextOf(request: Request, deps: Deps, signal: AbortSignal): Context {
  const { auth, app } = request;
  const who = auth.credentials.app;
  if (!who) throw new TypeError('this address asks nobody who they are');
  const { principal, scopes, workspace, client: shown } = who;
  const { requestId } = app;
  const client = { ...clientOf(request), id: shown };
  return { principal, scopes, workspace, requestId, client, signal, log: deps.log.child({ requestId }) };
}

/** Aborts when the caller goes away before it has its whole answer. */
export function signalOf({ raw: { res } }: Request): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort(new AssayError('request.interrupted', 'The caller went away.'));
  });
  return gone.signal;
}

function answer(h: ResponseToolkit, given: Reply) {
  const { status, body, mediaType = 'application/json', headers = {}, cookies = [] } = given;
  const response = h.response(body as object).code(status);
  // A media type says its own charset; what was uploaded may have any.
  response.type(mediaType).charset('');
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
  for (const cookie of cookies) response.header('set-cookie', cookie, { append: true });
  return response;
}

/** A route literal as hapi takes it: limits by headers, authentication, reading, validation, handler. */
export function mountRoute(route: AnyRoute, mounting: Mounting): ServerRoute {
  const { deps, names, stopping, openapi, version } = mounting;
  const validate = compileInput(mounting.validator, route);
  const reads = route.method === 'GET';
  const readsText = route.payload.kind === 'json' || route.payload.kind === 'form';
  return {
    method: route.method,
    path: route.path,
    options: {
      id: route.id,
      app: { pattern: route.path },
      auth: route.auth === 'token' ? 'token' : false,
      state: { parse: false, failAction: 'ignore' },
      timeout: { server: route.timeout ?? false, socket: idleMs },
      ...(reads ? {} : { payload: unread }),
      async handler(request, h) {
        checkBody(route, mounting, request);
        const { params, query, headers } = request;
        const text = readsText ? await readText(request.raw.req, maxBytesOf(route, mounting)) : '';
        const input = validate({ params, query, headers, text });
        const signal = signalOf(request);
        const call = {
          ...input,
          deps,
          context: route.auth === 'token' ? contextOf(request, deps, signal) : undefined,
          signal,
          requestId: request.app.requestId,
          client: clientOf(request),
          upload: openUpload(request.raw.req),
          stopping,
          cookie: headers.cookie as string | undefined,
          origin: originOf(names, request.app.caller),
          openapi,
          version,
        };
        return answer(h, await route.handler(call as unknown as Call));
      },
    },
  };
}

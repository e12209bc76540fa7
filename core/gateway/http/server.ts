import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import Hapi, { type Request, type ResponseToolkit, type Server } from '@hapi/hapi';
import type { Logger } from '../../base/telemetry/index.ts';
import type { Deps } from '../../domain/deps.ts';
import { describeProblem, type Problem } from '../problem.ts';
import { logRequests } from './access-log.ts';
import { registerAuthentication } from './authentication.ts';
import { answerEarly, isUnread } from './body.ts';
import { type Names, requireKnownHost, requireOwnOrigin } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { mountRoute } from './mount.ts';
import { generateOpenapi } from './openapi.ts';
import { escapeHtml, pagePolicy, renderPage } from './page.ts';
import { routes } from './routes/index.ts';
import { toAssayError } from './thrown.ts';
import { mountWeb, type WebMount } from './web.ts';

export interface ServerOptions {
  readonly deps: Deps;
  readonly http: { readonly host: string; readonly port: number; readonly publicUrl?: string };
  readonly uploads: { readonly maxBytes: number };
  readonly log: Logger;
  /** Further gateways, each under an address of its own. */
  readonly mounts?: readonly WebMount[];
}

/** An upload may take this long as a whole; a connection that says nothing for a minute ends much earlier. */
const longestUploadMs = 6 * 3_600_000;

/** A wrong method is told apart from a wrong address. */
function refineNotFound(server: Server, request: Request, error: AssayError): AssayError {
  if (error.code !== 'request.not_found') return error;
  const methods = ['get', 'post', 'delete'] as const;
  const fit = methods.filter((method) => server.match(method, request.path)).map((m) => m.toUpperCase());
  if (fit.length === 0) return error;
  return new AssayError(
    'request.method_not_allowed',
    `${request.method.toUpperCase()} does not fit this address; it takes ${fit.join(', ')}.`,
  );
}

function problemPage(problem: Problem, next: string): string {
  const text = `<p>${escapeHtml(problem.detail)}</p><p>Request <code>${problem.requestId}</code>, <code>${problem.code}</code>.</p>`;
  const signIn =
    problem.status === 401 ? `<p><a href="/sign-in?next=${encodeURIComponent(next)}">Sign in</a></p>` : '';
  return renderPage(problem.title, text + signIn);
}

function headersFor(error: AssayError): Record<string, string> {
  const { code, status, retryAfter } = error;
  const allow = /it takes ([A-Z, ]+)\.$/.exec(error.message)?.[1];
  return {
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="assay"' } : {}),
    ...(code === 'request.method_not_allowed' && allow ? { allow } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) }),
  };
}

/** Problem details for programs, a plain page for somebody who opened the address in a browser. */
function answerProblem(server: Server, request: Request, h: ResponseToolkit, thrown: unknown) {
  const error = refineNotFound(server, request, toAssayError(thrown));
  if (error.status >= 500) request.app.fault = error;
  const problem = describeProblem(error, request.app.requestId);
  const page = request.method === 'get' && String(request.headers.accept ?? '').startsWith('text/html');
  const text = page ? problemPage(problem, request.path) : JSON.stringify(problem);
  const { req } = request.raw;
  const early = isUnread(req);
  const response = h
    .response(early ? answerEarly(req, text) : text)
    .code(error.status)
    .type(page ? 'text/html; charset=utf-8' : 'application/problem+json');
  if (early) response.bytes(Buffer.byteLength(text));
  if (page) response.header('content-security-policy', pagePolicy);
  for (const [name, value] of Object.entries(headersFor(error))) response.header(name, value);
  return response;
}

/** First step of every request: its id, and whether it was meant for us and sent by us or by no page at all. */
function receive(names: Names) {
  return (request: Request, h: ResponseToolkit) => {
    request.app.requestId = randomUUID();
    const asked = { headers: request.headers, host: request.info.host };
    requireKnownHost(names, asked);
    if (request.method !== 'get' && request.method !== 'head') requireOwnOrigin(names, asked);
    return h.continue;
  };
}

/**
 * The REST server, not yet started. `stop` ends event streams, says `connection: close` and waits for what is under way.
 */
export async function createServer({
  deps,
  http,
  uploads,
  log,
  mounts = [],
}: ServerOptions): Promise<Server> {
  const names: Names = { host: http.host, publicUrl: http.publicUrl };
  const server = Hapi.server({
    host: http.host,
    port: http.port,
    debug: false,
    compression: { minBytes: 4096 },
    // hapi would collect events until a compressed block is full; they must go out as they happen.
    mime: { override: { 'text/event-stream': { compressible: false } } },
    routes: { cors: false, security: false },
  });
  server.listener.maxHeadersCount = 100;
  server.listener.headersTimeout = 15_000;
  server.listener.requestTimeout = longestUploadMs;
  const stopping = new AbortController();
  const always = Object.entries(securityHeaders(http.publicUrl?.startsWith('https:') ?? false));
  registerAuthentication(server, deps, names);
  server.ext('onRequest', receive(names));
  server.ext('onPreResponse', (request, h) => {
    const given = request.response;
    const response = given instanceof Error ? answerProblem(server, request, h, given) : given;
    for (const [name, value] of always) response.header(name, value, { override: false });
    response.header('x-request-id', request.app.requestId);
    if (stopping.signal.aborted) response.header('connection', 'close');
    return given === response ? h.continue : response;
  });
  server.ext('onPreStop', () => stopping.abort());
  logRequests(server, log);
  const openapi = generateOpenapi();
  const mounting = { deps, validator: deps.validator, names, uploads, stopping: stopping.signal, openapi };
  for (const route of routes) server.route(mountRoute(route, mounting));
  for (const mount of mounts) {
    server.route(mountWeb(mount, mounting));
    server.ext('onPostStop', () => mount.close());
  }
  return server;
}

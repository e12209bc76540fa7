import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Server as TlsServer } from 'node:https';
import { AssayError } from '@assay/sdk';
import Hapi, { type Request, type ResponseToolkit, type Server } from '@hapi/hapi';
import type { Logger } from '../../base/telemetry/index.ts';
import type { Deps } from '../../domain/deps.ts';
import { describeProblem, type Problem } from '../problem.ts';
import { logRequests } from './access-log.ts';
import { registerAuthentication } from './authentication.ts';
import { answerEarly, isUnread } from './body.ts';
import { type Caller, createCallerReader } from './caller.ts';
import { type CertificateFiles, loadCertificate, watchCertificate } from './certificate.ts';
import { type Names, originOf, requireKnownHost, requireOwnOrigin, requireProxy } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { limitRequests } from './limits.ts';
import { createListener } from './listener.ts';
import { mountLogins, type ProviderSettings } from './login/index.ts';
import { mountRoute } from './mount.ts';
import { type ClientPolicy, defaultScopes, metadataUrl, mountOAuth, resourceAt } from './oauth/index.ts';
import { generateOpenapi } from './openapi.ts';
import { escapeHtml, pagePolicy, renderPage } from './page.ts';
import { routes } from './routes/index.ts';
import { toAssayError } from './thrown.ts';
import { mountWeb, type WebMount } from './web.ts';

/** Where the server listens, and whom it believes. */
export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string;
  /** Speaks TLS 1.3 with this certificate; plain HTTP where there is none. */
  readonly tls?: CertificateFiles;
  /** CIDR. */
  readonly trustedProxies?: readonly string[];
  /** Hosts from which OAuth clients may describe themselves. */
  readonly clientHosts?: readonly string[];
  /** Lets clients that know it register themselves; off without it. */
  readonly registrationToken?: string;
  /** Identity providers that people may sign in through. */
  readonly providers?: readonly ProviderSettings[];
}

export interface ServerOptions {
  readonly deps: Deps;
  readonly http: HttpSettings;
  readonly uploads: { readonly maxBytes: number };
  readonly log: Logger;
  readonly version: string;
  /** Further gateways, each under an address of its own. */
  readonly mounts?: readonly WebMount[];
}

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

/** Says how to get a token that works here (RFC 6750, RFC 9728), so that a client finds its way without being told. */
function challenge(error: AssayError, request: Request, names: Names): string {
  const resource = resourceAt(request.path);
  const metadata = `resource_metadata="${metadataUrl(originOf(names, request.app.caller), resource)}"`;
  if (error.code === 'access.scope_missing') {
    const needed = /scope ([a-z:]+)\.$/.exec(error.message)?.[1] ?? '';
    return `Bearer error="insufficient_scope", scope="${needed}", ${metadata}`;
  }
  const invalid = error.code === 'identity.token_missing' ? '' : 'error="invalid_token", ';
  return `Bearer ${invalid}scope="${defaultScopes.join(' ')}", ${metadata}`;
}

function headersFor(error: AssayError, request: Request, names: Names): Record<string, string> {
  const { code, status, retryAfter } = error;
  const challenged = status === 401 || code === 'access.scope_missing';
  const allow = /it takes ([A-Z, ]+)\.$/.exec(error.message)?.[1];
  return {
    ...(challenged ? { 'www-authenticate': challenge(error, request, names) } : {}),
    ...(code === 'request.method_not_allowed' && allow ? { allow } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) }),
  };
}

/** Problem details for programs, a plain page for somebody who opened the address in a browser. */
function answerProblem(server: Server, names: Names, request: Request, h: ResponseToolkit, thrown: unknown) {
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
  for (const [name, value] of Object.entries(headersFor(error, request, names))) response.header(name, value);
  return response;
}

/** Client ID metadata documents are fetched from these hosts alone, and from nowhere where none is named. */
function clientPolicy({ clientHosts = [], registrationToken }: HttpSettings): ClientPolicy {
  return { mayFetch: (id) => clientHosts.includes(URL.parse(id)?.host ?? ''), registrationToken };
}

/** First step of every request: its id, who sent it, and whether it was meant for us and sent by us or by no page at all. */
function receive(names: Names, readCaller: (request: IncomingMessage) => Caller) {
  return (request: Request, h: ResponseToolkit) => {
    const { headers, raw } = request;
    request.app.requestId = randomUUID();
    request.app.caller = readCaller(raw.req);
    const asked = { headers, caller: request.app.caller };
    requireProxy(asked.caller);
    requireKnownHost(names, asked);
    if (request.method !== 'get' && request.method !== 'head') requireOwnOrigin(names, asked);
    return h.continue;
  };
}

/** The bare server over a listener of ours, with the certificate watched for as long as it runs. */
async function openServer(http: HttpSettings, log: Logger): Promise<Server> {
  const pair = http.tls && (await loadCertificate(http.tls));
  const listener = createListener(pair);
  const server = Hapi.server({
    listener,
    tls: pair !== undefined,
    host: http.host,
    port: http.port,
    debug: false,
    compression: { minBytes: 4096 },
    // hapi would collect events until a compressed block is full; they must go out as they happen.
    mime: { override: { 'text/event-stream': { compressible: false } } },
    routes: { cors: false, security: false },
  });
  if (http.tls && pair && listener instanceof TlsServer) {
    const watch = watchCertificate(http.tls, pair, listener, log);
    server.ext('onPostStop', () => watch.stop());
  }
  return server;
}

/** Last step of every request: what is refused in our words, and what every answer carries. */
function finish(server: Server, names: Names, stopping: AbortSignal) {
  const [plain, secure] = [false, true].map((https) => Object.entries(securityHeaders(https)));
  const isSecure = (caller: Caller | undefined) => names.publicUrl?.startsWith('https:') || caller?.secure;
  return (request: Request, h: ResponseToolkit) => {
    const given = request.response;
    const response = given instanceof Error ? answerProblem(server, names, request, h, given) : given;
    for (const [name, value] of (isSecure(request.app.caller) ? secure : plain) ?? [])
      response.header(name, value, { override: false });
    response.header('x-request-id', request.app.requestId);
    if (stopping.aborted) response.header('connection', 'close');
    return given === response ? h.continue : response;
  };
}

/**
 * The REST server, not yet started. `stop` ends event streams, says `connection: close` and waits for what is under way.
 * @throws AssayError `config.invalid` where it must not or cannot listen as the settings say
 */
export async function createServer({
  deps,
  http,
  uploads,
  log,
  version,
  mounts = [],
}: ServerOptions): Promise<Server> {
  const names: Names = { host: http.host, publicUrl: http.publicUrl };
  const { trustedProxies = [] } = http;
  const readCaller = createCallerReader({ host: http.host, tls: http.tls !== undefined, trustedProxies });
  const server = await openServer(http, log);
  const stopping = new AbortController();
  registerAuthentication(server, deps, names);
  server.ext('onRequest', receive(names, readCaller));
  limitRequests(server, deps.limits);
  server.ext('onPreResponse', finish(server, names, stopping.signal));
  server.ext('onPreStop', () => stopping.abort());
  logRequests(server, log);
  const openapi = generateOpenapi();
  const mounting = {
    deps,
    validator: deps.validator,
    names,
    uploads,
    stopping: stopping.signal,
    openapi,
    version,
  };
  for (const route of routes) server.route(mountRoute(route, mounting));
  await mountLogins(server, { deps, names, providers: http.providers ?? [], tls: http.tls !== undefined });
  mountOAuth(server, { deps, names, clients: clientPolicy(http) });
  for (const mount of mounts) {
    server.route(mountWeb(mount, mounting));
    server.ext('onPostStop', () => mount.close());
  }
  return server;
}

import { AssayError } from '@assay/sdk';
import type { Request, ResponseToolkit, Server, ServerRoute } from '@hapi/hapi';
import { LRUCache } from 'lru-cache';
import type { Provider } from 'oidc-provider';
import type { Deps } from '../../../domain/deps.ts';
import { findSession, oauthSigningKeys, sweepExpired } from '../../../domain/identity/index.ts';
import { readText } from '../body.ts';
import type { Caller } from '../caller.ts';
import { type Names, originOf, requireOwnOrigin } from '../guard.ts';
import { securityHeaders } from '../headers.ts';
import { clientOf, unread } from '../mount.ts';
import { networkOf } from '../networks.ts';
import { pagePolicyTo } from '../page.ts';
import { readSessionCookie } from '../session.ts';
import {
  type Asked,
  allowInteraction,
  refuseInteraction,
  type Step,
  showInteraction,
} from './interaction.ts';
import { userCodes } from './pages.ts';
import { type ClientPolicy, createProvider } from './provider.ts';
import { defaultScopes, type Resource, resourceMetadata } from './resources.ts';

export interface OAuthOptions {
  readonly deps: Deps;
  readonly names: Names;
  readonly clients: ClientPolicy;
}

const sweepMs = 3_600_000;
const formBytes = 8192;
/** A server that goes by addresses has one issuer for each; they are few. */
const mostIssuers = 8;

/** One authorization server for each origin that we go by, made anew when its keys change. */
function createProviders({ deps, names, clients }: OAuthOptions) {
  const known = new LRUCache<string, Provider>({ max: mostIssuers });
  return (caller: Caller): Provider => {
    const origin = originOf(names, caller);
    const key = `${origin} ${oauthSigningKeys(deps).epoch}`;
    const kept = known.get(key);
    if (kept) return kept;
    const made = createProvider(deps, origin, clients);
    known.set(key, made);
    return made;
  };
}

/**
 * The address and the cookies as the vendor is to see them: no session of its own from before, so that every request for
 * access asks anew; the scopes that are meant where none are named; and a user code that came with the address is only
 * typed in, never sent off by itself.
 */
function prepare(request: Request, origin: string): void {
  const { req } = request.raw;
  // The vendor believes these headers; from here on they are ours, whoever sent some.
  for (const name of Object.keys(req.headers)) if (/^(x-)?forwarded/.test(name)) delete req.headers[name];
  const { protocol, host } = new URL(origin);
  req.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  req.headers['x-forwarded-host'] = host;
  const url = new URL(req.url ?? '/', 'http://local.invalid');
  const begins = req.method === 'GET' && /^\/oauth\/(authorize|device)$/.test(url.pathname);
  if (!begins) return;
  req.headers.cookie = (req.headers.cookie ?? '')
    .split(';')
    .filter((pair) => !/^\s*(__Host-)?assay_oauth(\.sig)?=/.test(pair))
    .join(';');
  const code = url.searchParams.get('user_code');
  if (url.pathname === '/oauth/device' && code !== null) {
    userCodes.set(req, code.slice(0, 20));
    url.searchParams.delete('user_code');
  }
  if (url.pathname === '/oauth/authorize' && !url.searchParams.has('scope'))
    url.searchParams.set('scope', defaultScopes.join(' '));
  req.url = `${url.pathname}${url.search}`;
}

/** Hands a request over to the vendor, who answers on the raw response. */
function passOn(options: OAuthOptions, providerOf: (caller: Caller) => Provider) {
  return async (request: Request, h: ResponseToolkit) => {
    const { req, res } = request.raw;
    const provider = providerOf(request.app.caller);
    prepare(request, originOf(options.names, request.app.caller));
    if (req.method === 'POST' && request.path === '/oauth/device')
      await options.deps.limits.attempt('device-code', networkOf(request.app.caller.address));
    // The vendor's answers go past the rest of the server.
    const https = originOf(options.names, request.app.caller).startsWith('https:');
    for (const [name, value] of Object.entries(securityHeaders(https))) res.setHeader(name, value);
    res.setHeader('x-request-id', request.app.requestId);
    const started = Date.now();
    res.once('close', () =>
      options.deps.log.info(
        {
          requestId: request.app.requestId,
          method: req.method,
          route: request.path,
          status: res.statusCode,
          ms: Date.now() - started,
        },
        'request',
      ),
    );
    await provider.callback()(req, res);
    return h.abandon;
  };
}

async function askedOf(
  options: OAuthOptions,
  providerOf: (caller: Caller) => Provider,
  request: Request,
): Promise<Asked> {
  const { deps, names } = options;
  const origin = originOf(names, request.app.caller);
  const cookie = readSessionCookie(request.headers.cookie as string | undefined, origin.startsWith('https:'));
  const session = cookie === undefined ? undefined : await findSession(deps, cookie);
  return {
    deps,
    provider: providerOf(request.app.caller),
    origin,
    req: request.raw.req,
    res: request.raw.res,
    uid: String(request.params.uid),
    requestId: request.app.requestId,
    from: clientOf(request),
    session: session?.stage === 'open' ? session : undefined,
  };
}

function answer(h: ResponseToolkit, step: Step) {
  if ('location' in step) return h.redirect(step.location).code(303);
  return (
    h
      .response(step.page)
      .type('text/html; charset=utf-8')
      .header('content-security-policy', pagePolicyTo(step.leadsTo))
      // With `no-referrer` a browser would send our own form with `Origin: null`.
      .header('referrer-policy', 'strict-origin')
  );
}

async function formOf(request: Request, names: Names): Promise<{ csrf?: string; workspace?: string }> {
  const { headers } = request.raw.req;
  requireOwnOrigin(names, { headers, caller: request.app.caller }, true);
  if (!String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
    throw new AssayError('request.media_type_unsupported', 'Send the form of the page.');
  const fields = new URLSearchParams(await readText(request.raw.req, formBytes));
  const [csrf, workspace] = [fields.get('csrf'), fields.get('workspace')];
  return { ...(csrf === null ? {} : { csrf }), ...(workspace === null ? {} : { workspace }) };
}

const plain = (pattern: string) => ({
  app: { pattern },
  auth: false as const,
  state: { parse: false, failAction: 'ignore' as const },
  timeout: { server: 30_000, socket: 60_000 },
});

/** The authorization server and the metadata of what it protects, on a server that is not started yet. */
export function mountOAuth(server: Server, options: OAuthOptions): void {
  const providerOf = createProviders(options);
  const pass = passOn(options, providerOf);
  const vendor = (method: 'GET' | 'POST' | 'OPTIONS', path: string): ServerRoute => ({
    method,
    path,
    options: { ...plain(path), ...(method === 'POST' ? { payload: unread } : {}), handler: pass },
  });
  server.route([
    vendor('GET', '/.well-known/oauth-authorization-server'),
    vendor('GET', '/.well-known/openid-configuration'),
    vendor('GET', '/oauth/authorize'),
    vendor('GET', '/oauth/authorize/{uid}'),
    vendor('GET', '/oauth/jwks'),
    vendor('GET', '/oauth/device'),
    vendor('GET', '/oauth/device/{uid}'),
    vendor('POST', '/oauth/device'),
    vendor('POST', '/oauth/device/authorize'),
    vendor('POST', '/oauth/token'),
    vendor('POST', '/oauth/revoke'),
    ...(options.clients.registrationToken === undefined ? [] : [vendor('POST', '/oauth/register')]),
  ]);
  const metadata = (path: string, resource: Resource): ServerRoute => ({
    method: 'GET',
    path: `/.well-known/oauth-protected-resource${path}`,
    options: {
      ...plain(`/.well-known/oauth-protected-resource${path}`),
      handler: (request, h) =>
        h
          .response(resourceMetadata(originOf(options.names, request.app.caller), resource))
          .header('cache-control', 'public, max-age=300')
          .header('access-control-allow-origin', '*'),
    },
  });
  server.route([metadata('', 'mcp'), metadata('/mcp', 'mcp'), metadata('/v1', 'rest')]);
  const page = '/oauth/interaction/{uid}';
  const interact = (
    method: 'GET' | 'POST',
    path: string,
    work: (asked: Asked, request: Request) => Promise<Step>,
  ) =>
    server.route({
      method,
      path,
      options: {
        ...plain(path),
        ...(method === 'POST' ? { payload: unread } : {}),
        handler: async (request, h) =>
          answer(h, await work(await askedOf(options, providerOf, request), request)),
      },
    });
  interact('GET', page, (asked) => showInteraction(asked));
  interact('POST', `${page}/allow`, async (asked, request) =>
    allowInteraction(asked, await formOf(request, options.names)),
  );
  interact('POST', `${page}/refuse`, async (asked, request) =>
    refuseInteraction(asked, await formOf(request, options.names)),
  );
  const sweep = setInterval(() => {
    sweepExpired(options.deps).catch((err: unknown) =>
      options.deps.log.warn({ err }, 'what has expired could not be removed'),
    );
  }, sweepMs);
  sweep.unref();
  server.ext('onPostStop', () => clearInterval(sweep));
}

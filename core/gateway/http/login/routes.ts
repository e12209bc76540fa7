import { randomBytes } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import bell from '@hapi/bell';
import type { Request, ResponseToolkit, Server } from '@hapi/hapi';
import type { Deps } from '../../../domain/deps.ts';
import { recordFailure, signInWithProvider } from '../../../domain/identity/index.ts';
import { clearCookie, readCookie, setCookie } from '../cookies.ts';
import { type Names, originOf } from '../guard.ts';
import { clientOf } from '../mount.ts';
import { escapeHtml, pagePolicy, renderPage } from '../page.ts';
import { localPath } from '../routes/sign-in/parts.ts';
import { sessionCookie } from '../session.ts';
import { createDiscovery, type Discovered } from './discovery.ts';
import { readIdToken } from './id-token.ts';
import type { ProviderSettings } from './settings.ts';

export interface LoginOptions {
  readonly deps: Deps;
  readonly names: Names;
  readonly providers: readonly ProviderSettings[];
  /** Whether the listener itself speaks TLS. */
  readonly tls: boolean;
}

const cookieName = 'assay_login';
const minutes = 10;

/** What this browser set out with: a random value that its id_token must be bound to, and where it wants to go. */
function setOut(next: string | undefined): { readonly value: string } {
  const where = Buffer.from(localPath(next) ?? '').toString('base64url');
  return { value: `${randomBytes(16).toString('base64url')}.${where}` };
}

class Login {
  readonly #options: LoginOptions;
  readonly #settings: ProviderSettings;
  readonly #discover: () => Promise<Discovered>;

  constructor(options: LoginOptions, settings: ProviderSettings) {
    this.#options = options;
    this.#settings = settings;
    this.#discover = createDiscovery(settings);
  }

  #secure(request: Request): boolean {
    return originOf(this.#options.names, request.app.caller).startsWith('https:');
  }

  #cookie(request: Request): string | undefined {
    return readCookie(request.headers.cookie as string | undefined, cookieName, this.#secure(request));
  }

  #nonce(cookie: string): string {
    const { keys } = this.#options.deps;
    return keys.mac('oidc-nonce', `${this.#settings.name}/${cookie}`).toString('base64url');
  }

  #page(h: ResponseToolkit, error: AssayError) {
    const body = `<p role="alert" class="alert">${escapeHtml(error.message)}</p><p><a class="button" href="/sign-in">Back to the sign-in</a></p>`;
    return h
      .response(renderPage('You are not signed in', body))
      .code(error.status)
      .type('text/html; charset=utf-8')
      .header('content-security-policy', pagePolicy);
  }

  /** Sends a browser off that came from a page of ours, or from nowhere; a link on another site signs nobody in. */
  begin = async (request: Request, h: ResponseToolkit) => {
    const site = request.headers['sec-fetch-site'];
    const { next } = request.query as { next?: string };
    const path = localPath(typeof next === 'string' ? next : undefined);
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      return h.redirect(`/sign-in${path ? `?next=${encodeURIComponent(path)}` : ''}`).code(303);
    try {
      await this.#discover();
    } catch (error) {
      if (AssayError.is(error)) return this.#page(h, error);
      throw error;
    }
    const secure = this.#secure(request);
    return h
      .redirect(`/login/${this.#settings.name}/go`)
      .code(303)
      .header('set-cookie', setCookie(cookieName, setOut(path).value, { secure, maxAge: minutes * 60 }));
  };

  /**
   * Before the code is redeemed: whether the answer says that it is from this provider (mix-up, RFC 9207), and whether this
   * browser set out at all.
   */
  check = async (request: Request, h: ResponseToolkit) => {
    const { iss, code, error } = request.query as Record<string, unknown>;
    const refuse = async (reason: string, words: string) => {
      await this.#recordFailure(request, reason);
      return this.#page(h, new AssayError('identity.sign_in_failed', words)).takeover();
    };
    if (this.#cookie(request) === undefined)
      return refuse('browser', 'This sign-in did not begin in this browser, or took too long; start again.');
    const { namesItself } = await this.#discover();
    if (iss === undefined ? namesItself : iss !== this.#settings.issuer)
      return refuse('issuer', 'The answer does not say that it is from the identity provider; start again.');
    if (error !== undefined || typeof code !== 'string' || Array.isArray(request.query.state))
      return refuse(
        'refused',
        `${this.#settings.title} did not sign you in; start again, or ask its administrators.`,
      );
    return h.continue;
  };

  async #recordFailure(request: Request, reason: string): Promise<void> {
    const from = { requestId: request.app.requestId, client: clientOf(request) };
    await recordFailure(this.#options.deps, from, { method: this.#settings.name, reason });
  }

  /** Back from the provider, the code redeemed: whom does the id_token vouch for? */
  arrive = async (request: Request, h: ResponseToolkit) => {
    const { deps } = this.#options;
    const from = { requestId: request.app.requestId, client: clientOf(request) };
    const cookie = this.#cookie(request) ?? '';
    try {
      if (!request.auth.isAuthenticated)
        throw new AssayError(
          'identity.sign_in_failed',
          'The identity provider did not answer as it should; start again.',
          {
            cause: request.auth.error,
          },
        );
      const { id_token: token } = request.auth.artifacts as { id_token?: unknown };
      const vouched = await readIdToken(this.#settings, await this.#discover(), token, this.#nonce(cookie));
      const { text, stage } = await signInWithProvider(deps, vouched, from);
      const next = localPath(Buffer.from(cookie.split('.')[1] ?? '', 'base64url').toString('utf8'));
      const query = next ? `?next=${encodeURIComponent(next)}` : '';
      const secure = this.#secure(request);
      return h
        .redirect(stage === 'open' ? (next ?? '/account') : `/sign-in${query}`)
        .code(303)
        .header('set-cookie', sessionCookie(text, secure), { append: true })
        .header('set-cookie', clearCookie(cookieName, { secure }), { append: true });
    } catch (error) {
      if (!AssayError.is(error)) throw error;
      deps.log.warn({ err: error, provider: this.#settings.name }, 'a sign-in at a provider was refused');
      if (AssayError.is(error, 'identity.sign_in_failed')) await this.#recordFailure(request, 'id_token');
      return this.#page(h, error);
    }
  };

  /** bell: the dance with state and PKCE, and nothing that decides who somebody is. */
  strategy(): object {
    const { deps, names, tls } = this.#options;
    const secure = tls || (names.publicUrl?.startsWith('https:') ?? false);
    const { name, clientId, clientSecret, scopes } = this.#settings;
    return {
      provider: {
        name,
        protocol: 'oauth2',
        pkce: 'S256',
        useParamsAuth: clientSecret === '',
        auth: async () => (await this.#discover()).authorize,
        token: async () => (await this.#discover()).token,
        scope: ['openid', ...scopes],
      },
      password: deps.keys.mac('bell-cookie', name).toString('base64url'),
      clientId,
      clientSecret,
      cookie: `${secure ? '__Host-' : ''}assay_idp_${name}`,
      ttl: minutes * 60_000,
      isSameSite: 'Lax',
      isSecure: secure,
      // TLS may end before us; the configuration knows, the socket does not.
      forceHttps: secure,
      skipProfile: true,
      location: (request: Request) => `${originOf(names, request.app.caller)}/login/${name}/callback`,
      providerParams: (request: Request) => ({ nonce: this.#nonce(this.#cookie(request) ?? '') }),
    };
  }
}

/** `/login/{provider}` of every provider that is configured. */
export async function mountLogins(server: Server, options: LoginOptions): Promise<void> {
  if (options.providers.length === 0) return;
  await server.register(bell);
  for (const settings of options.providers) {
    const login = new Login(options, settings);
    const { name } = settings;
    const strategy = `idp-${name}`;
    server.auth.strategy(strategy, 'bell', login.strategy());
    const timeout = { server: 30_000, socket: 60_000 };
    const state = { parse: true, failAction: 'ignore' as const };
    server.route([
      {
        method: 'GET',
        path: `/login/${name}`,
        options: {
          app: { pattern: `/login/${name}` },
          auth: false,
          state: { parse: false, failAction: 'ignore' },
          timeout,
          handler: login.begin,
        },
      },
      {
        method: 'GET',
        path: `/login/${name}/go`,
        options: {
          ...{ app: { pattern: `/login/${name}/go` }, state, timeout },
          auth: { strategy, mode: 'try' },
          ext: {
            onPreAuth: {
              method: (request, h) =>
                'code' in request.query ? h.redirect(`/login/${name}`).takeover() : h.continue,
            },
          },
          handler: (_, h) => h.redirect(`/login/${name}`).code(303),
        },
      },
      {
        method: 'GET',
        path: `/login/${name}/callback`,
        options: {
          ...{ app: { pattern: `/login/${name}/callback` }, state, timeout },
          auth: { strategy, mode: 'try' },
          ext: { onPreAuth: { method: login.check } },
          handler: login.arrive,
        },
      },
    ]);
  }
}

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';

/** Somebody whom the company knows. */
export interface CompanyUser {
  readonly name: string;
  readonly email: string;
  readonly groups: readonly string[];
  readonly amr?: readonly string[];
  readonly acr?: string;
}

/** A real OpenID provider on loopback, with a form that takes a name and believes it. */
export interface IdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** By subject; may be changed while it runs. */
  readonly users: Map<string, CompanyUser>;
  stop(): Promise<void>;
}

async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of req) text += chunk;
  return new URLSearchParams(text);
}

const page = (uid: string) =>
  `<!doctype html><html lang="en"><title>Company sign-in</title><h1>Company sign-in</h1>
<form method="post" action="/interaction/${uid}"><label>Who are you? <input name="user" id="user"></label><button>Sign in</button></form>`;

/** @param callbacks where it may send browsers back to */
export async function startIdentityProvider(
  callbacks: readonly string[],
  port = 0,
): Promise<IdentityProvider> {
  const users = new Map<string, CompanyUser>();
  const [clientId, clientSecret] = ['assay', randomBytes(24).toString('hex')];
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const configuration = {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [...callbacks],
        application_type: 'native',
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'company', use: 'sig', alg: 'RS256' }] },
    claims: { openid: ['sub', 'name', 'email', 'groups', 'acr', 'amr'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    pkce: { required: () => true },
    acrValues: ['mfa', 'pwd'],
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    async findAccount(_: unknown, sub: string) {
      const user = users.get(sub);
      return (
        user && {
          accountId: sub,
          claims: async () => ({ sub, name: user.name, email: user.email, groups: user.groups }),
        }
      );
    },
  };
  const provider = new Provider(issuer, configuration as unknown as Configuration);
  const answer = provider.callback();
  async function interact(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { uid, params } = await provider.interactionDetails(req, res);
    if (req.method !== 'POST') {
      res.setHeader('content-type', 'text/html').end(page(uid));
      return;
    }
    const accountId = (await readForm(req)).get('user') ?? '';
    const user = users.get(accountId);
    if (!user) {
      await provider.interactionFinished(req, res, { error: 'access_denied', error_description: 'unknown' });
      return;
    }
    const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
    grant.addOIDCScope('openid');
    const grantId = await grant.save();
    await provider.interactionFinished(req, res, {
      login: {
        accountId,
        remember: false,
        ...(user.amr ? { amr: [...user.amr] } : {}),
        ...(user.acr ? { acr: user.acr } : {}),
      },
      consent: { grantId },
    });
  }
  server.on('request', (req, res) => {
    if (!req.url?.startsWith('/interaction/')) return void answer(req, res);
    interact(req, res).catch((error: Error) => {
      res.statusCode = 400;
      res.end(error.message);
    });
  });
  return {
    issuer,
    clientId,
    clientSecret,
    users,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A provider that answers with whatever id_token a test wants: the attacker who has its network, or its name. */
export interface HostileProvider {
  readonly issuer: string;
  /** What the token endpoint answers; told what was asked for. */
  answer: (asked: {
    readonly nonce: string;
    readonly issuer: string;
  }) => Promise<Record<string, unknown>> | Record<string, unknown>;
  /** Keys that it publishes. */
  keys: readonly object[];
  /** What it says of itself beside the usual. */
  metadata: Record<string, unknown>;
  /** How often a code was brought to be redeemed. */
  redeemed: number;
  stop(): Promise<void>;
}

export async function startHostileProvider(): Promise<HostileProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const nonces = new Map<string, string>();
  const hostile: HostileProvider = {
    issuer,
    answer: () => ({}),
    keys: [],
    metadata: {},
    redeemed: 0,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const send = (res: ServerResponse, body: object) =>
    res.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  server.on('request', async (req, res) => {
    const url = new URL(req.url ?? '/', issuer);
    if (url.pathname === '/.well-known/openid-configuration')
      return void send(res, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ['ES256', 'RS256', 'HS256', 'none'],
        ...hostile.metadata,
      });
    if (url.pathname === '/jwks') return void send(res, { keys: hostile.keys });
    if (url.pathname === '/authorize') {
      const code = randomBytes(8).toString('hex');
      nonces.set(code, url.searchParams.get('nonce') ?? '');
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      res.statusCode = 302;
      return void res.setHeader('location', back.href).end();
    }
    if (url.pathname === '/token') {
      hostile.redeemed += 1;
      const nonce = nonces.get((await readForm(req)).get('code') ?? '') ?? '';
      return void send(res, await hostile.answer({ nonce, issuer }));
    }
    res.statusCode = 404;
    res.end();
  });
  return hostile;
}

import { randomUUID } from 'node:crypto';
import {
  type Configuration,
  errors,
  interactionPolicy,
  type JWKS,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import { allScopes } from '../../../domain/access/index.ts';
import type { Deps } from '../../../domain/deps.ts';
import {
  findClient,
  findMember,
  oauthSigningKeys,
  recordGrantEnd,
  recordServiceGrant,
} from '../../../domain/identity/index.ts';
import { readAccountName } from './account.ts';
import { createAdapter } from './adapter.ts';
import { devicePages, errorPage } from './pages.ts';
import { isResource, resourceUri } from './resources.ts';

/** The `assay` command: public, on this machine, by browser or by device code. */
const cliClient = 'assay-cli';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Lifetimes in seconds: an access token is short since it is refreshed; a refresh token is used within eight hours. */
const lifetimes = {
  AccessToken: 5 * minute,
  ClientCredentials: 5 * minute,
  AuthorizationCode: minute,
  DeviceCode: 10 * minute,
  Interaction: 15 * minute,
  Session: hour,
  RefreshToken: 8 * hour,
  Grant: 30 * day,
  IdToken: 5 * minute,
} as const;

const cli = {
  client_id: cliClient,
  client_name: 'Assay command line',
  redirect_uris: ['http://127.0.0.1/callback'],
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
} as const;

function resourceServer(uri: string, scopes: readonly string[]) {
  return {
    scope: scopes.join(' '),
    audience: uri,
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: lifetimes.AccessToken,
    jwt: { sign: { alg: 'ES256' as const } },
  };
}

/** Whose token it is, and in which workspace: of a person who consented, or of a client that acts for itself. */
async function subjectOf(deps: Deps, accountId: string | undefined, client: string | undefined) {
  const person = readAccountName(accountId);
  if (person) return person;
  const known = client === undefined ? undefined : await findClient(deps, client);
  return known?.service;
}

function features(deps: Deps, origin: string, clients: ClientPolicy): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    registration: {
      enabled: clients.registrationToken !== undefined,
      initialAccessToken: clients.registrationToken ?? false,
      issueRegistrationAccessToken: false,
    },
    clientCredentials: { enabled: true },
    revocation: {
      enabled: true,
      // A public client revokes its own; that it is its own the library checks before.
      allowedPolicy: async (_ctx: unknown, client: { clientId: string }, token: { clientId?: string }) =>
        token.clientId === client.clientId,
    },
    introspection: { enabled: false },
    deviceFlow: { enabled: true, ...devicePages },
    clientIdMetadataDocument: {
      enabled: true,
      ack: 'draft-02',
      allowFetch: async (_ctx: unknown, id: string) => clients.mayFetch(id),
    },
    resourceIndicators: {
      enabled: true,
      // Who names none is given what programs use; an MCP client always names its own.
      defaultResource: async (_ctx: KoaContextWithOIDC, _client: unknown, oneOf?: readonly string[]) =>
        oneOf?.[0] ?? resourceUri(origin, 'rest'),
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_ctx: KoaContextWithOIDC, uri: string, client: { clientId: string }) => {
        if (!isResource(origin, uri))
          throw new errors.InvalidTarget(
            `there is no resource ${uri.slice(0, 200)}; there are ${resourceUri(origin, 'rest')} and ${resourceUri(origin, 'mcp')}`,
          );
        const known = await findClient(deps, client.clientId);
        return resourceServer(uri, known?.service?.scopes ?? allScopes);
      },
    },
  } as unknown as NonNullable<Configuration['features']>;
}

/** From where client ID metadata documents may be fetched, and who may register clients. */
export interface ClientPolicy {
  mayFetch(clientId: string): boolean;
  /** Whoever has it may register clients (RFC 7591); nobody where there is none. */
  readonly registrationToken?: string | undefined;
}

/** Nobody's earlier consent counts: every request for access is answered by a person who saw this very request. */
function alwaysAsk() {
  const { base, Check } = interactionPolicy;
  const policy = base();
  policy
    .get('login')
    ?.checks.add(
      new Check('not_asked', 'a person must be asked', (ctx) =>
        ctx.oidc.result?.consent ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
      ),
    );
  return policy;
}

/** The authorization server of one origin, not yet mounted. */
export function createProvider(deps: Deps, origin: string, clients: ClientPolicy): Provider {
  const secure = origin.startsWith('https:');
  const cookie = { httpOnly: true, sameSite: 'lax' as const, secure, signed: true };
  const prefix = secure ? '__Secure-' : '';
  const configuration = {
    adapter: createAdapter(deps),
    clients: [cli],
    jwks: { keys: oauthSigningKeys(deps).private } as unknown as JWKS,
    scopes: ['openid'],
    claims: { openid: ['sub'] },
    responseTypes: ['code'],
    allowOmittingSingleRegisteredRedirectUri: false,
    subjectTypes: ['public'],
    clientAuthMethods: ['none', 'private_key_jwt'],
    pkce: { required: () => true },
    rotateRefreshToken: () => true,
    issueRefreshToken: async (_ctx: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    // A refresh token outlives the window in which somebody consented; that is what it is for.
    expiresWithSession: async () => false,
    ttl: lifetimes,
    clockTolerance: 5,
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'PS256', 'EdDSA', 'Ed25519', 'RS256'],
      idTokenSigningAlgValues: ['ES256'],
    },
    clientDefaults: {
      id_token_signed_response_alg: 'ES256',
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
    cookies: {
      keys: [deps.keys.mac('oauth-cookie', origin).toString('base64url')],
      names: {
        session: secure ? '__Host-assay_oauth' : 'assay_oauth',
        interaction: `${prefix}assay_interaction`,
        resume: `${prefix}assay_resume`,
      },
      long: cookie,
      short: cookie,
    },
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      revocation: '/oauth/revoke',
      registration: '/oauth/register',
      introspection: '/oauth/introspect',
      jwks: '/oauth/jwks',
      code_verification: '/oauth/device',
      device_authorization: '/oauth/device/authorize',
    },
    interactions: {
      url: (_ctx: unknown, { uid }: { uid: string }) => `/oauth/interaction/${uid}`,
      policy: alwaysAsk(),
    },
    features: features(deps, origin, clients),
    async findAccount(_ctx: unknown, accountId: string) {
      const name = readAccountName(accountId);
      if (!name || !(await findMember(deps, name.workspace, name.principal))) return undefined;
      return { accountId, claims: async () => ({ sub: name.principal }) };
    },
    formats: {
      customizers: {
        async jwt(
          _ctx: unknown,
          token: { accountId?: string; clientId?: string; grantId?: string; scope?: string },
          jwt: { payload: Record<string, unknown> },
        ) {
          const subject = await subjectOf(deps, token.accountId, token.clientId);
          if (!subject) throw new errors.InvalidGrant('the client or the person is not known any more');
          if (token.accountId === undefined)
            await recordServiceGrant(deps, {
              ...{ principal: subject.principal, workspace: subject.workspace, client: token.clientId ?? '' },
              ...{ scope: token.scope ?? '', requestId: randomUUID() },
            });
          Object.assign(jwt.payload, { sub: subject.principal, ws: subject.workspace });
          if (token.grantId) jwt.payload.gid = token.grantId;
        },
      },
    },
    renderError: errorPage,
  };
  const provider = new Provider(origin, configuration as unknown as Configuration);
  // It reads them from headers that `mount.ts` writes itself: whether TLS ends here or before us, and our own name.
  provider.proxy = true;
  provider.on('grant.revoked', (ctx: KoaContextWithOIDC) => {
    const reason = ctx.oidc.route === 'revocation' ? 'revoked' : 'reused';
    recordGrantEnd(deps, {
      client: ctx.oidc.client?.clientId ?? 'unknown',
      reason,
      requestId: randomUUID(),
    }).catch((err: unknown) => deps.log.error({ err }, 'the end of a grant could not be recorded'));
  });
  provider.on('server_error', (_ctx: unknown, err: Error) =>
    deps.log.error({ err }, 'the authorization server failed'),
  );
  return provider;
}

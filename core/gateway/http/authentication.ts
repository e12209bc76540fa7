import { AssayError } from '@assay/sdk';
import type { Request, Server } from '@hapi/hapi';
import type { Deps } from '../../domain/deps.ts';
import { type Authenticated, createAuthenticator } from '../../domain/identity/index.ts';
import { type Names, originOf, requireOwnOrigin } from './guard.ts';
import { resourceAt, resourceUri } from './oauth/index.ts';
import { readSessionCookie } from './session.ts';

declare module '@hapi/hapi' {
  interface AppCredentials {
    readonly principal: Authenticated['principal'];
    readonly workspace: Authenticated['workspace'];
    readonly scopes: Authenticated['scopes'];
    readonly client: Authenticated['client'];
  }
}

/**
 * The token of a request: `Authorization: Bearer`, or the cookie of the sign-in page. The cookie counts for reading
 * only, and only where no other site is behind the request (another port of this host is "same-site" to a browser).
 */
function tokenOf(request: Request, names: Names): string {
  const { authorization, cookie } = request.headers as { authorization?: string; cookie?: string };
  const { caller } = request.app;
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (bearer) return bearer;
  const session =
    authorization === undefined && /^(get|head)$/.test(request.method)
      ? readSessionCookie(cookie, originOf(names, caller).startsWith('https:'))
      : undefined;
  if (session) {
    requireOwnOrigin(names, { headers: request.headers, caller });
    return session;
  }
  throw new AssayError('identity.token_missing', 'Send the API token as "Authorization: Bearer <token>".');
}

/** Registers the strategy `token`. */
export function registerAuthentication(server: Server, deps: Deps, names: Names): void {
  const authenticate = createAuthenticator(deps);
  server.auth.scheme('assay', () => ({
    async authenticate(request, h) {
      const issuer = originOf(names, request.app.caller);
      const audience = resourceUri(issuer, resourceAt(request.path));
      const who = await authenticate(tokenOf(request, names), { issuer, audience });
      return h.authenticated({ credentials: { app: who } });
    },
  }));
  server.auth.strategy('token', 'assay');
}

import { type Context, type Permission, type Scope, scopeOf } from '../../domain/access/index.ts';
import { ownTools } from './tools/index.ts';

/** What a message needs. A tool that is installed runs as a job. */
function permissionsFor(message: unknown): readonly Permission[] {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } };
  if (method !== 'tools/call') return ['tools:read'];
  return ownTools.get(String(params?.name))?.permissions ?? ['tools:read', 'jobs:submit'];
}

/**
 * Every scope that the messages of a request need and the token has not; a batch is refused as a whole. Where the role does
 * not permit it, more scopes would not help: then the use case says so.
 */
export function missingScopes(text: string, { scopes, principal }: Context): readonly Scope[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // What is no JSON the protocol refuses in its own words.
    return [];
  }
  const needed = (Array.isArray(body) ? body : [body])
    .flatMap(permissionsFor)
    .filter((permission) => principal.permissions.has(permission))
    .map(scopeOf);
  return [...new Set(needed)].filter((scope) => !scopes.has(scope));
}

/** Tells a client to come back with a token for more (step-up, RFC 6750 section 3.1). */
export function insufficientScope(missing: readonly Scope[], origin: string): Response {
  const scope = missing.join(' ');
  const challenge = `Bearer error="insufficient_scope", scope="${scope}", resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`;
  const problem = {
    type: 'about:blank',
    title: 'The token was not made for this',
    status: 403,
    code: 'access.scope_missing',
    detail: `The token was not made for this: it needs ${scope}.`,
  };
  return new Response(JSON.stringify(problem), {
    status: 403,
    headers: { 'content-type': 'application/problem+json', 'www-authenticate': challenge },
  });
}

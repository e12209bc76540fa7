import { allScopes } from '../../../domain/access/index.ts';

/** The two things that access tokens are made for; a token for one is refused by the other (RFC 8707). */
const paths = { rest: '/v1', mcp: '/mcp' } as const;
export type Resource = keyof typeof paths;

export function resourceUri(origin: string, resource: Resource): string {
  return `${origin}${paths[resource]}`;
}

/** What a request at this path is for. */
export function resourceAt(path: string): Resource {
  return path === paths.mcp ? 'mcp' : 'rest';
}

export function isResource(origin: string, uri: string): boolean {
  return (Object.keys(paths) as Resource[]).some((each) => resourceUri(origin, each) === uri);
}

/** Where the metadata of a resource stand (RFC 9728, 3.1). */
export function metadataUrl(origin: string, resource: Resource): string {
  return `${origin}/.well-known/oauth-protected-resource${paths[resource]}`;
}

/** Asked for where a client names no scope: enough to look around and to run analyses. */
export const defaultScopes = ['tools:read', 'jobs:submit'] as const;

/** RFC 9728. */
export function resourceMetadata(origin: string, resource: Resource): Record<string, unknown> {
  return {
    resource: resourceUri(origin, resource),
    authorization_servers: [origin],
    scopes_supported: allScopes,
    bearer_methods_supported: ['header'],
    resource_name: resource === 'mcp' ? 'Assay (MCP)' : 'Assay (REST)',
  };
}

import { Type } from 'typebox';
import { shape } from '../contracts/schema.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

const Description = shape(
  {
    $schema: Type.String(),
    name: Type.String({ description: 'The host, its parts in reverse, and `assay`.' }),
    title: Type.String(),
    description: Type.String(),
    version: Type.String(),
    remotes: Type.Array(
      shape({ type: Type.Literal('streamable-http'), url: Type.String({ format: 'uri' }) }),
    ),
  },
  'server-json',
);

/** `assay.example.org` is `org.example.assay/assay`; an address without letters stays as it is. */
function nameOf(origin: string): string {
  const { hostname } = new URL(origin);
  const host =
    /[a-z]/i.test(hostname) && !hostname.startsWith('[') ? hostname.split('.').reverse().join('.') : 'local';
  return `${host}/assay`;
}

/** The description that registries of MCP servers take; this server is in none and gives its own. */
export const serverJsonRoute = defineRoute({
  method: 'GET',
  path: '/server.json',
  id: 'getServerJson',
  summary: 'Description of the MCP server, for registries and clients',
  auth: 'none',
  permission: null,
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'In the form of the MCP registry.', schema: Description } },
  async handler({ origin, version }) {
    return reply(200, {
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      name: nameOf(origin),
      title: 'Assay',
      description:
        'Validated analyses on your own premises: upload data, find the right one, run it, check the report.',
      version,
      remotes: [{ type: 'streamable-http' as const, url: `${origin}/mcp` }],
    });
  },
});

import { createToken, listTokens, revokeToken } from '../../../domain/identity/index.ts';
import { NewToken, Token, TokenBody, TokenList, TokenParams } from '../contracts/tokens.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/tokens',
  id: 'listTokens',
  summary: "The caller's tokens; all of the workspace for who has `tokens:read`",
  auth: 'token',
  permission: 'tokens:create',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'At most 1,000 tokens, never their text.', schema: TokenList } },
  async handler({ deps, context }) {
    return reply(200, await listTokens(deps, context));
  },
});

export const createRoute = defineRoute({
  method: 'POST',
  path: '/v1/tokens',
  id: 'createToken',
  summary: 'Makes a token for the caller, or with `members:write` for a service of the workspace',
  auth: 'token',
  permission: 'tokens:create',
  maxBytes: 4096,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: TokenBody },
  responses: { 201: { description: 'The token; its text is shown this once.', schema: NewToken } },
  async handler({ deps, context, payload }) {
    return reply(201, await createToken(deps, context, payload));
  },
});

export const revokeRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/tokens/{id}',
  id: 'revokeToken',
  summary: "Ends one of the caller's tokens; anybody's of the workspace for who has `tokens:revoke`",
  auth: 'token',
  permission: 'tokens:create',
  maxBytes: 0,
  timeout: quick,
  params: TokenParams,
  missing: ['token.not_found', 'token'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'Ended; it opens nothing within a second.', schema: Token } },
  async handler({ deps, context, params }) {
    return reply(200, await revokeToken(deps, context, params));
  },
});

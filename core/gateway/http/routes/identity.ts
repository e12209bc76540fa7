import { exchangeStartToken, getMe } from '../../../domain/identity/index.ts';
import { Me, SignedIn, SignIn } from '../contracts/identity.ts';
import { networkOf } from '../networks.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

export const signInRoute = defineRoute({
  method: 'POST',
  path: '/v1/sign-in',
  id: 'signIn',
  summary: 'Turns the one-time token that the start printed into an API token',
  auth: 'none',
  permission: null,
  maxBytes: 4096,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: SignIn },
  responses: { 200: { description: 'Signed in.', schema: SignedIn } },
  async handler({ deps, payload, requestId, client }) {
    await deps.limits.attempt('sign-in', networkOf(client.address ?? ''));
    return reply(200, await exchangeStartToken(deps, { token: payload.token, requestId, client }));
  },
});

export const meRoute = defineRoute({
  method: 'GET',
  path: '/v1/me',
  id: 'getMe',
  summary: 'Who the token belongs to, where it is good, and for what',
  auth: 'token',
  permission: null,
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The principal and its workspace.', schema: Me } },
  async handler({ deps, context }) {
    return reply(200, await getMe(deps, context));
  },
});

import { endSession, listSessions } from '../../../domain/identity/index.ts';
import { SessionList, SessionParams } from '../contracts/sessions.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/sessions',
  id: 'listSessions',
  summary: 'One’s own signed-in browsers',
  auth: 'token',
  permission: null,
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The sessions, last seen first.', schema: SessionList } },
  async handler({ deps, context }) {
    return reply(200, { items: await listSessions(deps, context) });
  },
});

export const endRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/sessions/{id}',
  id: 'endSession',
  summary: 'Ends a session of one’s own, within a second',
  auth: 'token',
  permission: null,
  maxBytes: 0,
  timeout: quick,
  params: SessionParams,
  missing: ['identity.session_not_found', 'session'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 204: { description: 'It is over.', mediaType: 'application/json' } },
  async handler({ deps, context, params }) {
    await endSession(deps, context, params);
    return reply(204, '');
  },
});

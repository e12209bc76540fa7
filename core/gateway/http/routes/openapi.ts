import { defineRoute, nothing, quick, reply } from '../route.ts';

export const openapiRoute = defineRoute({
  method: 'GET',
  path: '/openapi.json',
  id: 'getOpenapi',
  summary: 'This description',
  auth: 'none',
  permission: null,
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'OpenAPI 3.1.', mediaType: 'application/json' } },
  async handler({ openapi }) {
    return reply(200, openapi, { mediaType: 'application/json' });
  },
});

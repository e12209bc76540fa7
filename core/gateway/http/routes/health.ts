import { Health } from '../contracts/health.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

export const healthRoute = defineRoute({
  method: 'GET',
  path: '/health',
  id: 'getHealth',
  summary: 'Whether the server and its parts work',
  auth: 'none',
  permission: null,
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: {
    200: { description: 'Everything works.', schema: Health },
    503: { description: 'A part does not work, or the server is stopping.', schema: Health },
  },
  async handler({ deps, stopping }) {
    const health = await deps.health();
    // Anybody may ask, so the code is told and the rest, with its paths and names, stays in the log.
    const parts = Object.fromEntries(
      Object.entries(health.parts).map(([k, { status, code }]) => [k, { status, ...(code ? { code } : {}) }]),
    );
    if (stopping.aborted) return reply(503, { status: 'stopping', parts });
    return reply(health.status === 'ok' ? 200 : 503, { status: health.status, parts });
  },
});

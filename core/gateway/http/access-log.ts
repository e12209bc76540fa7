import type { Server } from '@hapi/hapi';
import type { Logger } from '../../base/telemetry/index.ts';

/**
 * One line a request. Addresses are logged as the pattern of their route and its parameters, never with the query,
 * which may hold a token; bodies and headers never.
 */
export function logRequests(server: Server, log: Logger): void {
  server.events.on('response', (request) => {
    const { app, auth, info, method, params, response, route } = request;
    const status = response && !(response instanceof Error) ? response.statusCode : undefined;
    const who = auth.credentials?.app;
    const line = {
      requestId: app.requestId,
      method: method.toUpperCase(),
      route: route.settings.app?.route?.path ?? 'unknown',
      params,
      status,
      ms: Date.now() - info.received,
      ...(who ? { principal: who.principal.id, workspace: who.workspace } : {}),
      ...(app.fault === undefined ? {} : { err: app.fault }),
    };
    if (app.fault === undefined) log.info(line, 'request');
    else log.error(line, 'request failed');
  });
}

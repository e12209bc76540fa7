import type { ResponseObject, Server } from '@hapi/hapi';
import type { Logger } from '../../base/telemetry/index.ts';

/**
 * One line a request. Addresses are logged as the pattern of their route and its parameters but secrets, never with the query,
 * which may hold a token; bodies and headers never.
 */
export function logRequests(server: Server, log: Logger): void {
  // Every field of it is named below, and none can hold a secret; looking for some takes a tenth of a request's time.
  const plain = log.child({}, { redact: [] });
  server.events.on('response', (request) => {
    const { app, auth, info, method, params, response, route } = request;
    // A part of an address that opens something is called so.
    const { secret: _, ...where } = params ?? {};
    // An error here came after the answer had begun: 499 where the caller left, anything else is ours.
    const broken = response instanceof Error ? response : undefined;
    const status = broken ? broken.output.statusCode : (response as ResponseObject | null)?.statusCode;
    const fault = app.fault ?? (status !== undefined && status >= 500 ? broken : undefined);
    const who = auth.credentials?.app;
    const line = {
      requestId: app.requestId,
      method: method.toUpperCase(),
      route: route.settings.app?.pattern ?? 'unknown',
      where,
      status,
      ms: Date.now() - info.received,
      // Of whom we know, the address is sealed in the audit trail: here an erasure could not reach it.
      ...(who ? { principal: who.principal.id, workspace: who.workspace } : { address: app.caller?.address }),
      ...(fault === undefined ? {} : { err: fault }),
    };
    if (fault === undefined) plain.info(line, 'request');
    else log.error(line, 'request failed');
  });
}

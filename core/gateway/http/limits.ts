import type { Server } from '@hapi/hapi';
import type { Limits } from '../../base/limits/index.ts';
import { networkOf } from './networks.ts';

/** Counts every request: by its address before anybody asks who it is, by principal and workspace once that is known. */
export function limitRequests(server: Server, limits: Pick<Limits, 'request'>): void {
  server.ext('onRequest', async ({ app }, h) => {
    await limits.request('address', networkOf(app.caller.address));
    return h.continue;
  });
  server.ext('onCredentials', async ({ auth }, h) => {
    const who = auth.credentials?.app;
    if (who) {
      await limits.request('principal', who.principal.id);
      await limits.request('workspace', who.workspace);
    }
    return h.continue;
  });
}

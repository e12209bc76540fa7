import { composeDeps, type Part, type PartSettings } from './compose.ts';
import { createServer } from './gateway/http/index.ts';
import { createMcpMount } from './gateway/mcp/index.ts';

export { generateOpenapi } from './gateway/http/index.ts';

export interface ApiSettings extends PartSettings {
  readonly http: { readonly host: string; readonly port: number; readonly publicUrl?: string };
}

/** domain -> gateway: answers requests until stopped. */
export async function createApi(settings: ApiSettings): Promise<Part> {
  const deps = await composeDeps(settings, 'api');
  const uploads = { maxBytes: settings.maxUploadBytes };
  const server = await createServer({
    deps,
    http: settings.http,
    uploads,
    log: settings.log,
    mounts: [createMcpMount(deps, settings.version)],
  });
  await server.start();
  return {
    address: server.info.uri,
    async stop(graceMs) {
      await server.stop({ timeout: graceMs });
      await deps.close();
    },
  };
}

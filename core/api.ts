import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { composeDeps, type Part, type PartSettings } from './compose.ts';
import type { PluginOffice } from './domain/plugins/index.ts';
import { createServer, type HttpSettings, localUrl } from './gateway/http/index.ts';
import { createMcpMount } from './gateway/mcp/index.ts';

export { describeAccess } from './access-table.ts';
export { generateOpenapi } from './gateway/http/index.ts';

export interface ApiSettings extends PartSettings {
  readonly http: HttpSettings;
  /** Certificates (PEM) that identity providers are checked against, beside the known ones. */
  readonly providersCa?: string;
  /** Who keeps the installed plugins. */
  readonly office: PluginOffice;
}

/** domain -> gateway: answers requests until stopped. */
export async function createApi(settings: ApiSettings): Promise<Part> {
  // For every connection of this process: bell and discovery take no authority of their own.
  if (settings.providersCa) setDefaultCACertificates([...getCACertificates('default'), settings.providersCa]);
  const deps = await composeDeps(settings, 'api', settings.office);
  const uploads = { maxBytes: settings.maxUploadBytes };
  const mcp = createMcpMount(deps, settings.version);
  const server = await createServer({
    deps,
    http: settings.http,
    uploads,
    log: settings.log,
    version: settings.version,
    mounts: [mcp],
  }).catch(async (error: unknown) => {
    await deps.close();
    throw error;
  });
  await server.start();
  return {
    address: localUrl({ ...server.info, port: Number(server.info.port) }),
    async replacePlugins(sources) {
      await deps.replacePlugins(sources);
      mcp.pluginsChanged();
    },
    async stop(graceMs) {
      await server.stop({ timeout: graceMs });
      await deps.close();
    },
  };
}

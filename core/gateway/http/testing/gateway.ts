import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Api, callApi } from '../../../../test/api.ts';
import { startTestPostgres } from '../../../../test/postgres.ts';
import { createApi } from '../../../api.ts';
import type { LimitSettings } from '../../../base/limits/index.ts';
import { createLogger } from '../../../base/telemetry/index.ts';
import type { AccessSettings } from '../../../domain/deps.ts';
import type { PluginSource } from '../../../domain/plugins/index.ts';
import { noTrust, type ReadPolicy } from '../../../domain/plugins/trust/index.ts';
import type { QuotaDefaults } from '../../../domain/quotas/index.ts';
import { prepareAppliance } from '../../../prepare.ts';
import { testAccess, testLimits } from '../../../testing/installation.ts';
import { testOffice } from '../../../testing/office.ts';
import type { HttpSettings } from '../index.ts';
import type { ProviderSettings } from '../login/index.ts';

export interface Gateway {
  readonly url: string;
  readonly port: number;
  readonly startToken: string;
  readonly workerUrl: string;
  readonly ownerUrl: string;
  readonly keyringFile: string;
  readonly storeDirectory: string;
  /** Folder of what was installed. */
  readonly pluginStore: string;
  readonly logFile: string;
  /** Signed in as the first administrator. */
  readonly api: Api;
  /** Waits until the log of every answered request is in the file. */
  flushed(): Promise<void>;
  stopDatabase(): Promise<void>;
  /** Stops the server alone. */
  stopServer(graceMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** The api as it is, over a Postgres and a store of its own, on a free port of loopback. */
export async function startGateway(
  options: {
    maxUploadBytes?: number;
    plugins?: readonly PluginSource[];
    /** Whose signatures let plugins in. */
    trust?: ReadPolicy;
    /** False where a test signs in by itself, or speaks TLS. */
    signIn?: boolean;
    access?: Partial<AccessSettings>;
    providers?: readonly ProviderSettings[];
    quotas?: QuotaDefaults;
    http?: Partial<HttpSettings>;
    limits?: Partial<LimitSettings>;
  } = {},
): Promise<Gateway> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-gateway-'));
  const [keyringFile, storeDirectory, logFile] = ['keyring.json', 'store', 'api.log'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  const keys = { file: keyringFile, backupDays: 14 };
  const postgres = await startTestPostgres();
  const { apiUrl, workerUrl, startToken } = await prepareAppliance({
    ownerUrl: postgres.ownerUrl,
    keys,
  });
  const log = createLogger({ level: 'info', role: 'api', file: logFile });
  let loaded: (sources: readonly PluginSource[]) => Promise<void> = async () => undefined;
  const office = testOffice({
    store: path.join(folder, 'plugins'),
    shipped: options.plugins ?? [],
    policy: options.trust ?? noTrust,
    onChange: (sources) => loaded(sources),
  });
  const part = await createApi({
    office,
    databaseUrl: apiUrl,
    poolSize: 4,
    keys,
    storage: { kind: 'disk', directory: storeDirectory },
    plugins: options.plugins ?? [],
    access: { ...testAccess, ...options.access, providers: options.providers ?? [] },
    maxUploadBytes: options.maxUploadBytes ?? 1_000_000,
    quotas: options.quotas ?? {},
    pauseAfter: 5,
    log,
    limits: { ...testLimits, ...options.limits },
    http: { host: '127.0.0.1', port: 0, providers: options.providers ?? [], ...options.http },
    version: '0.0.0',
  }).catch(async (error: unknown) => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  loaded = part.replacePlugins;
  const url = part.address ?? '';
  const signIn = async () => {
    const { body } = await callApi(url, '').call('POST', '/v1/sign-in', { json: { token: startToken } });
    return body.token as string;
  };
  const token = options.signIn === false ? '' : await signIn();
  let stopped: Promise<void> | undefined;
  const stopServer = (graceMs: number) => {
    stopped ??= part.stop(graceMs);
    return stopped;
  };
  let databaseStopped: Promise<void> | undefined;
  const stopDatabase = () => {
    databaseStopped ??= postgres.stop();
    return databaseStopped;
  };
  return {
    url,
    port: Number(new URL(url).port),
    startToken,
    workerUrl,
    ownerUrl: postgres.ownerUrl,
    keyringFile,
    storeDirectory,
    pluginStore: path.join(folder, 'plugins'),
    logFile,
    api: callApi(url, token),
    flushed: () =>
      new Promise((resolve, reject) => log.flush((error) => (error ? reject(error) : resolve()))),
    stopDatabase,
    stopServer,
    async stop() {
      await stopServer(1000);
      await stopDatabase();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startTestPostgres } from '../../test/postgres.ts';
import { createLogger } from '../base/telemetry/index.ts';
import { type Composed, composeDeps, type PartSettings } from '../compose.ts';
import { allScopes, type Context, permissionsOf, type Role } from '../domain/access/index.ts';
import type { KeySettings } from '../keys.ts';
import { type Prepared, prepareAppliance } from '../prepare.ts';

/** As the configuration has it where nothing is said. */
export const testAccess = { sessionIdleMinutes: 30, sessionHours: 12, mfaRoles: [], providers: [] };

/** Requests without end for the benches among the tests; attempts as the configuration has them. */
export const testLimits = {
  requestsPerAddress: 10_000_000,
  requestsPerPrincipal: 10_000_000,
  requestsPerWorkspace: 10_000_000,
  signInsPerAddress: 10_000,
  deviceCodesPerAddress: 10_000,
};

/** What use cases need, over a Postgres, a keyring and a store of a test's own; no process beside the test's. */
export interface Installation {
  readonly folder: string;
  readonly keys: KeySettings;
  readonly storeDirectory: string;
  readonly prepared: Prepared;
  /** What the api and the worker were composed from, but for the address of the database. */
  readonly settings: Omit<PartSettings, 'databaseUrl'>;
  /** As the owner of the tables, who is a superuser here. */
  readonly owner: pg.Client;
  readonly ownerUrl: string;
  /** With the database role of the api, and with that of the worker. */
  readonly api: Composed;
  readonly worker: Composed;
  readonly workspace: string;
  /** The first administrator, or somebody with another role. */
  context(role?: Role): Context;
  /** What happens at every start, before the parts. */
  prepare(): Promise<Prepared>;
  stop(): Promise<void>;
}

export async function startInstallation(given: Partial<KeySettings> = {}): Promise<Installation> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-installation-'));
  const postgres = await startTestPostgres();
  const { ownerUrl } = postgres;
  const keys = { file: path.join(folder, 'keys', 'keyring.json'), backupDays: 14, ...given };
  const storeDirectory = path.join(folder, 'store');
  const prepare = () => prepareAppliance({ ownerUrl, keys });
  const prepared = await prepare();
  const log = createLogger({ level: 'silent', role: 'test' });
  const storage = { kind: 'disk' as const, directory: storeDirectory };
  const settings = {
    poolSize: 4,
    keys,
    storage,
    plugins: [],
    maxUploadBytes: 1e9,
    quotas: { jobs: 1000 },
    pauseAfter: 5,
    access: testAccess,
    limits: testLimits,
    version: '0',
    log,
  };
  const api = await composeDeps({ ...settings, databaseUrl: prepared.apiUrl }, 'api');
  const worker = await composeDeps({ ...settings, databaseUrl: prepared.workerUrl }, 'worker');
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const { rows } = await owner.query(
    `select m.workspace_id as workspace, p.id, p.name, p.key_slot as slot from assay.membership m
       join assay.principal p on p.id = m.principal_id where m.role = 'administrator'`,
  );
  const { workspace, id, name, slot } = rows[0];
  return {
    ...{ folder, keys, storeDirectory, prepared, settings, owner, ownerUrl, api, worker, workspace, prepare },
    context: (role = 'administrator') => ({
      principal: { id, kind: 'user', name, slot: Number(slot), role, permissions: permissionsOf(role, true) },
      scopes: new Set(allScopes),
      workspace,
      requestId: randomUUID(),
      client: { id: 'token:test', address: '192.0.2.7', agent: 'test/1' },
      signal: new AbortController().signal,
      log,
    }),
    async stop() {
      await owner.end();
      await api.close();
      await worker.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A body of these bytes, in chunks. */
export async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { digestDirectory, type Profile } from '@assay/sdk';
import { sql } from 'kysely';
import type { Api } from '../../../../test/api.ts';
import { connect, type Query } from '../../../base/database/index.ts';
import { openKeyring } from '../../../base/encryption/index.ts';
import { openStore } from '../../../base/storage/index.ts';
import { createLogger } from '../../../base/telemetry/index.ts';
import { recordArtifact, storeArtifact } from '../../../domain/artifacts/index.ts';
import { sequenceRecords } from '../../../domain/audit/index.ts';
import { cipherOf, requireDataset, settleDataset } from '../../../domain/datasets/index.ts';
import type { PluginSource } from '../../../domain/plugins/index.ts';
import { settleReservation } from '../../../domain/quotas/index.ts';
import { createCiphers } from '../../../domain/workspaces/index.ts';
import type { Gateway } from './gateway.ts';

/** The plugins of the release, as they lie there. */
export async function shippedPlugins(): Promise<PluginSource[]> {
  const folder = path.resolve(import.meta.dirname, '../../../../plugins');
  const entries = await readdir(folder, { withFileTypes: true });
  return Promise.all(
    entries
      .filter((e) => e.isDirectory())
      .map(async ({ name }) => {
        const directory = path.join(folder, name);
        return { name, directory, admitted: await digestDirectory(directory), trust: 'shipped' as const };
      }),
  );
}

/** Two numeric columns of ten rows. */
const profile: Profile = {
  rows: 10,
  format: 'csv',
  notes: [],
  columns: ['x', 'y'].map((name) => ({
    name,
    type: 'number',
    role: 'numeric',
    roles: ['numeric'],
    missing: 0,
    distinct: 10,
    min: 0,
    max: 9,
    mean: 4.5,
    sd: 3.03,
    q1: 2.25,
    median: 4.5,
    q3: 6.75,
    top: [],
    constant: false,
  })),
};

/** Does step by step what a worker would do, when a test says so. */
export interface WorkerHand {
  makeReady(dataset: string): Promise<void>;
  reject(dataset: string): Promise<void>;
  start(job: string, fraction: number): Promise<void>;
  /** @returns id of the report */
  succeed(job: string, document: object, html: string): Promise<string>;
  fail(job: string): Promise<void>;
  finishCancelling(job: string): Promise<void>;
  /** Puts all audit records into the signed tree. */
  sequence(): Promise<void>;
  close(): Promise<void>;
}

/** @param api somebody of the workspace that it works in; the first one without */
export async function openWorkerHand(gateway: Gateway, api: Api = gateway.api): Promise<WorkerHand> {
  const onError = (error: Error) => {
    throw error;
  };
  const database = connect({ url: gateway.workerUrl, poolSize: 1, applicationName: 'hand', onError });
  const keys = await openKeyring({ file: gateway.keyringFile });
  const ciphers = createCiphers(keys);
  const log = createLogger({ level: 'silent', role: 'hand' });
  const store = openStore({ kind: 'disk', directory: gateway.storeDirectory });
  const { body: me } = await api.call('GET', '/v1/me');
  const workspace: string = me.workspace.id;
  const within = <T>(work: (query: Query) => Promise<T>) => database.withWorkspace(workspace, work);

  async function keep(
    query: Query,
    kind: string,
    mediaType: string,
    text: string,
    slot: number | null = null,
  ): Promise<string> {
    const body = (async function* () {
      yield Buffer.from(text);
    })();
    const cipher = await ciphers.of(query, workspace);
    const stored = await storeArtifact(
      { store, ciphers, log },
      { workspace, cipher, slot },
      { kind, mediaType, body },
    );
    await recordArtifact(query, workspace, stored);
    await settleReservation(query, workspace, stored.id, { cpu: 0, bytes: stored.bytes });
    return stored.id;
  }
  const seal = async (query: Query, part: string, job: string, value: object) =>
    (await ciphers.of(query, workspace)).seal(`job-${part}/v1/${job}`, Buffer.from(JSON.stringify(value)));
  const settle = (dataset: string, settlement: Parameters<typeof settleDataset>[3]) =>
    within(async (query) =>
      settleDataset(
        query,
        await cipherOf({ ciphers }, query, await requireDataset(query, dataset)),
        dataset,
        settlement,
      ),
    );
  const change = (query: Query, job: string, values: object) =>
    query
      .updateTable('assay.job')
      .set({ ...values, revision: sql`revision + 1` })
      .where('id', '=', job)
      .execute();

  return {
    async makeReady(dataset) {
      const [parquet, arrow] = await within(async (query) => {
        const slot = Number((await requireDataset(query, dataset)).key_slot);
        return [
          await keep(query, 'dataset-parquet', 'application/vnd.apache.parquet', 'PAR1', slot),
          await keep(query, 'dataset-arrow', 'application/vnd.apache.arrow.stream', 'ARROW1', slot),
        ];
      });
      if (parquet && arrow) await settle(dataset, { state: 'ready', profile, parquet, arrow });
    },
    reject: (dataset) =>
      settle(dataset, {
        state: 'rejected',
        reasons: [
          {
            pointer: '',
            code: 'RAGGED',
            detail: 'Row 3 has 1 cell; the header has 2.',
            row: 3,
            hint: 'Give it 2.',
          },
        ],
      }),
    start: (job, fraction) =>
      within(async (query) => {
        const progress = await seal(query, 'progress', job, { stage: 'fit', fraction });
        await change(query, job, { state: 'running', attempts: 1, started_at: new Date(), progress });
      }),
    succeed: (job, document, html) =>
      within(async (query) => {
        const id = randomUUID();
        const result_digest = `sha256:${'0'.repeat(64)}`;
        const parts = {
          document: await keep(
            query,
            'report',
            'application/vnd.assay.report+json',
            JSON.stringify({ ...document, id }),
          ),
          html: await keep(query, 'report-html', 'text/html', html),
        };
        const row = { workspace_id: workspace, id, job_id: job, result_digest, ...parts };
        await query.insertInto('assay.report').values(row).execute();
        await change(query, job, { state: 'succeeded', finished_at: new Date(), report: id, result_digest });
        return id;
      }),
    fail: (job) =>
      within(async (query) => {
        const tool = { class: 'data', code: 'CONSTANT', message: 'All values of y are the same.' };
        const error = { code: 'job.tool_refused', title: 'The tool says no', detail: tool.message, tool };
        await change(query, job, {
          state: 'failed',
          finished_at: new Date(),
          error: await seal(query, 'error', job, error),
        });
      }),
    finishCancelling: (job) =>
      within(async (query) => {
        await change(query, job, { state: 'cancelled', finished_at: new Date() });
      }),
    async sequence() {
      await sequenceRecords({ database, keys }, { checkpointMs: 1 }, true);
    },
    close: () => database.close(),
  };
}

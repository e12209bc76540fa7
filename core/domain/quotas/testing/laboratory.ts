import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Profile } from '@assay/sdk';
import { type Composed, composeDeps } from '../../../compose.ts';
import { shippedPlugins } from '../../../gateway/http/testing/worker-hand.ts';
import { type Installation, inChunks, startInstallation } from '../../../testing/installation.ts';
import type { Context } from '../../access/index.ts';
import { recordArtifact, storeArtifact } from '../../artifacts/index.ts';
import { cipherOf, receiveDataset, requireDataset, settleDataset } from '../../datasets/index.ts';
import { admit } from '../../jobs/steps/admit.ts';
import type { Attempt, WorkDeps } from '../../jobs/steps/attempt.ts';
import { settleReservation } from '../index.ts';

const column = {
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
} as const;
const profile = {
  rows: 10,
  format: 'csv',
  notes: [],
  columns: [
    { name: 'x', ...column },
    { name: 'y', ...column },
  ],
} as unknown as Profile;

const tool = 'explore/describe';

/** An installation with its tools and a data set that jobs can be submitted for; what a runner does is done by hand. */
export interface Laboratory extends Omit<Installation, 'worker'> {
  readonly api: Composed;
  readonly worker: WorkDeps;
  readonly dataset: string;
  /** Bytes of that data set, with what was made of it. */
  readonly datasetBytes: number;
  /** What a worker that died has left behind is found by. */
  readonly deadWorker: WorkDeps;
  begin(job: string, by?: WorkDeps): Promise<Attempt | undefined>;
  /** Fills an attempt with a report of so many bytes, as the steps would. */
  complete(attempt: Attempt, bytes: number): Promise<Attempt>;
  /** What is wrong with the ledger: nothing, if it is conserved. */
  audit(): Promise<string[]>;
  standing(): Promise<Record<string, number>>;
  request(): Parameters<typeof import('../../jobs/index.ts').submitJob>[2];
}

const bytesOf = 300;

async function makeReady(at: Installation, deps: Composed, context: Context): Promise<[string, number]> {
  const text = Buffer.from(`x,y\n${'1,2\n'.repeat((bytesOf - 4) / 4)}`);
  const { id } = await receiveDataset(deps, context, {
    name: 'a.csv',
    mediaType: 'text/csv',
    body: inChunks(text),
    length: text.length,
  });
  const { database, ciphers } = at.worker;
  await database.withWorkspace(at.workspace, async (query) => {
    const row = await requireDataset(query, id);
    const place = {
      workspace: at.workspace,
      cipher: await ciphers.of(query, at.workspace),
      slot: Number(row.key_slot),
    };
    const keep = async (kind: string) => {
      const stored = await storeArtifact(at.worker, place, {
        kind,
        mediaType: 'application/octet-stream',
        body: inChunks(Buffer.alloc(100)),
      });
      await recordArtifact(query, at.workspace, stored);
      return stored.id;
    };
    const [parquet, arrow] = [await keep('dataset-parquet'), await keep('dataset-arrow')];
    await settleDataset(query, await cipherOf(at.worker, query, row), id, {
      state: 'ready',
      profile,
      parquet,
      arrow,
    });
    await settleReservation(query, at.workspace, id, { cpu: 0, bytes: 200 });
  });
  return [id, text.length + 200];
}

/** Every statement about the ledger that must hold at any moment; rows that do not are what is wrong. */
const ledger = `
with sums as (
  select w.id, coalesce(sum(r.jobs), 0) as jobs, coalesce(sum(r.cpu), 0) as cpu, coalesce(sum(r.bytes), 0) as bytes
    from assay.workspace w left join assay.reservation r on r.workspace_id = w.id group by w.id),
stored as (
  select w.id, coalesce(sum(a.bytes), 0) as bytes
    from assay.workspace w left join assay.artifact a on a.workspace_id = w.id and a.wrapped_key is not null group by w.id)
select 'reserved ' || q.workspace_id || ' ' || row_to_json(q) || row_to_json(s) as wrong
  from assay.quota q join sums s on s.id = q.workspace_id
 where q.jobs_reserved <> s.jobs or q.cpu_reserved <> s.cpu or q.bytes_reserved <> s.bytes
union all
select 'stored ' || q.bytes_used || ' and not ' || s.bytes
  from assay.quota q join stored s on s.id = q.workspace_id where q.bytes_used <> s.bytes
union all
select 'open job without reservation ' || j.id from assay.job j
 where j.state in ('queued', 'running', 'cancelling')
   and not exists (select 1 from assay.reservation r where r.workspace_id = j.workspace_id and r.subject = j.id)
union all
select 'reservation of nothing ' || r.subject from assay.reservation r
 where r.renewed_at is null
   and not exists (select 1 from assay.job j where j.id = r.subject and j.state in ('queued', 'running', 'cancelling'))
   and not exists (select 1 from assay.dataset d where d.id = r.subject and d.state = 'received' and d.profile_job is null)
union all
select 'workspace without quota ' || w.id from assay.workspace w
 where not exists (select 1 from assay.quota q where q.workspace_id = w.id)`;

export async function startLaboratory(poolSize = 4): Promise<Laboratory> {
  const at = await startInstallation();
  const plugins = await shippedPlugins();
  const { prepared } = at;
  const api = await composeDeps({ ...at.settings, plugins, poolSize, databaseUrl: prepared.apiUrl }, 'api');
  const composed = await composeDeps({ ...at.settings, plugins, databaseUrl: prepared.workerUrl }, 'worker');
  const context = at.context();
  const workerOf = async (): Promise<WorkDeps> => {
    const workerId = randomUUID();
    // Nobody holds the lock of this number: to others the worker is dead.
    const lock = Math.floor(Math.random() * 1e9);
    await at.owner.query('insert into assay.worker (id, lock_key) values ($1, $2)', [workerId, lock]);
    const runner = {
      describe: () => assert.fail('no runner is asked here'),
      run: () => assert.fail('no runner is asked here'),
    };
    return { ...composed, runner, workerId, maxAttempts: 3, version: '0' };
  };
  const [worker, deadWorker] = [await workerOf(), await workerOf()];
  const [dataset, datasetBytes] = await makeReady(at, api, context);
  return {
    ...at,
    ...{ api, worker, deadWorker, dataset, datasetBytes },
    request: () => ({ tool, inputs: { data: dataset }, params: {} }),
    begin: (job, by = worker) =>
      admit(by, { workspace: at.workspace, id: job }, new AbortController().signal),
    async complete(attempt, bytes) {
      const body = inChunks(Buffer.alloc(bytes));
      const artifact = { kind: 'report', mediaType: 'application/json', body };
      const stored = await storeArtifact(worker, { ...attempt, slot: null }, artifact);
      attempt.stored.push(stored);
      const output = {
        runtime: { name: 'test' },
        result: {},
        seconds: 0,
        blobs: new Map(),
        artifacts: new Map(),
      };
      return Object.assign(attempt, {
        choice: { runtime: 'test', image: 'test', why: 'a test' },
        output,
        report: { id: randomUUID() },
        document: stored,
        resultDigest: `sha256:${'0'.repeat(64)}`,
      });
    },
    async audit() {
      return (await at.owner.query(ledger)).rows.map((row) => row.wrong);
    },
    async standing() {
      const { rows } = await at.owner.query('select * from assay.quota where workspace_id = $1', [
        at.workspace,
      ]);
      return Object.fromEntries(
        Object.entries(rows[0])
          .filter(([, value]) => typeof value === 'string' && /^\d+$/.test(value))
          .map(([name, value]) => [name, Number(value)]),
      );
    },
    async stop() {
      await api.close();
      await composed.close();
      await at.stop();
    },
  };
}

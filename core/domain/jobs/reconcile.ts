import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import type { Deps } from '../deps.ts';
import { placeOf } from '../quotas/index.ts';
import { type SettleDeps, settle } from './settle.ts';

interface OpenRun {
  workspace_id: string;
  job_id: string;
  run_id: string;
  worker_id: string;
  lock_key: string;
}

/** True where the process that held this key is gone: nobody holds its lock. */
async function isGone(query: Query, lockKey: string): Promise<boolean> {
  const { rows } = await sql<{
    free: boolean;
  }>`select pg_try_advisory_xact_lock(${lockKey}::bigint) as free`.execute(query);
  return rows[0]?.free === true;
}

async function openRuns(query: Query): Promise<OpenRun[]> {
  return (await sql<OpenRun>`select * from assay.open_runs()`.execute(query)).rows;
}

async function findLostRuns(
  deps: Pick<Deps, 'database'>,
  workerId: string,
  own: ReadonlySet<string>,
): Promise<OpenRun[]> {
  return deps.database.withoutWorkspace(async (query) => {
    const lost: OpenRun[] = [];
    for (const run of await openRuns(query)) {
      const gone = run.worker_id === workerId ? !own.has(run.job_id) : await isGone(query, run.lock_key);
      if (gone) lost.push(run);
    }
    return lost;
  });
}

/** Jobs of this worker that are to stop: it was told so, but a notification that nobody heard is gone. */
export async function findCancelled(deps: Pick<Deps, 'database'>, workerId: string): Promise<string[]> {
  const runs = await deps.database.withoutWorkspace(openRuns);
  const cancelled: string[] = [];
  for (const { workspace_id, job_id } of runs.filter((run) => run.worker_id === workerId)) {
    const job = await deps.database.withWorkspace(workspace_id, (query) =>
      query.selectFrom('assay.job').select('state').where('id', '=', job_id).executeTakeFirst(),
    );
    if (job?.state === 'cancelling') cancelled.push(job_id);
  }
  return cancelled;
}

/**
 * Takes back the runs of workers that died: their jobs are queued again, or fail after too many attempts.
 * @param own jobs that this worker has in hand
 */
export async function takeBackLostRuns(
  deps: SettleDeps & Pick<Deps, 'log'>,
  workerId: string,
  own: ReadonlySet<string>,
): Promise<number> {
  const lost = await findLostRuns(deps, workerId, own);
  for (const run of lost) {
    const row = await deps.database.withWorkspace(run.workspace_id, (query) =>
      query.selectFrom('assay.run').select('lease').where('id', '=', run.run_id).executeTakeFirst(),
    );
    if (!row || own.has(run.job_id)) continue;
    const settling = { workspace: run.workspace_id, job: run.job_id, run: run.run_id, lease: row.lease };
    const outcome = await settle(deps, settling, {
      state: 'lost',
      why: 'its worker ended',
      countsAsAttempt: true,
    });
    if (outcome)
      deps.log.warn({ job: run.job_id, run: run.run_id, next: outcome.state }, 'a lost run was taken back');
  }
  return lost.length;
}

/** Sends again what waits without a message, such as jobs of a queue that was restored from an older backup. */
export async function resendWaiting(
  deps: Pick<Deps, 'database' | 'queue' | 'log'>,
  olderThanSeconds: number,
): Promise<void> {
  const age = `${olderThanSeconds} seconds`;
  const waiting = await deps.database.withoutWorkspace(async (query) => {
    const jobs = await sql<{ workspace_id: string; job_id: string }>`
      select * from assay.waiting_jobs(${age}::interval)`.execute(query);
    const datasets = await sql<{ workspace_id: string; dataset_id: string }>`
      select * from assay.waiting_datasets(${age}::interval)`.execute(query);
    return [
      ...jobs.rows.map((r) => ({ queue: 'job' as const, workspace: r.workspace_id, id: r.job_id })),
      ...datasets.rows.map((r) => ({
        queue: 'dataset' as const,
        workspace: r.workspace_id,
        id: r.dataset_id,
      })),
    ];
  });
  for (const { queue, workspace, id } of waiting) {
    if (await deps.queue.holds(queue, id)) continue;
    await deps.database.withWorkspace(workspace, async (query) => {
      await deps.queue.send(query, queue, { workspace, id }, await placeOf(query, id));
    });
    deps.log.warn({ queue, id }, 'a message was missing and was sent again');
  }
}

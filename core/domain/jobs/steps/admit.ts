import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import type { Query } from '../../../base/database/index.ts';
import { type LoadedTool, missingGrant, needsGrant, readChoices } from '../../plugins/index.ts';
import { nothingSpent, settleReservation } from '../../quotas/index.ts';
import { moveDataset } from '../move-dataset.ts';
import { toJobError } from '../settle.ts';
import { openRequest, type SealedRequest, sealPart } from '../view.ts';
import type { Attempt, WorkDeps } from './attempt.ts';

/** What is made of a data set on its arrival is under the data set's key. */
async function slotOf(query: Query, ofSystem: boolean, { inputs }: SealedRequest): Promise<number | null> {
  const [dataset] = Object.values(inputs);
  if (!ofSystem || dataset === undefined) return null;
  const row = await query
    .selectFrom('assay.dataset')
    .select('key_slot')
    .where('id', '=', dataset)
    .executeTakeFirst();
  return row?.key_slot ? Number(row.key_slot) : null;
}

/** The tool of a job, if it is still the same and still let have what it asks for: much may change while a job waits. */
async function findTool(
  deps: WorkDeps,
  query: Query,
  job: { readonly tool: string; readonly version: string; readonly plugin_digest: string },
): Promise<LoadedTool | AssayError> {
  const { tool: name, version } = job;
  const tool = deps.plugins.find(name, version);
  if (tool?.plugin.digest !== job.plugin_digest)
    return new AssayError(
      'tool.not_found',
      `${name}@${version} with the digest of this job is not here any more.`,
    );
  if (!needsGrant(tool.plugin)) return tool;
  const missing = missingGrant(await readChoices(query), tool.plugin);
  if (missing.length === 0) return tool;
  const asked = `${name}@${version} asks for ${missing.join(', ')}`;
  return new AssayError('plugin.not_granted', `${asked}, which this workspace does not grant any more.`);
}

/**
 * Claims a waiting job: a run with a lease of its own, in one transaction with the job's new state. A message about
 * a job that does not wait any more (delivered twice, cancelled meanwhile) gives undefined.
 */
export async function admit(
  deps: WorkDeps,
  message: { readonly workspace: string; readonly id: string },
  signal: AbortSignal,
): Promise<Attempt | undefined> {
  const { workspace, id } = message;
  return deps.database.withWorkspace(workspace, async (query) => {
    const job = await query
      .updateTable('assay.job')
      .set({
        state: 'running',
        attempts: sql`attempts + 1`,
        revision: sql`revision + 1`,
        started_at: sql`coalesce(started_at, now())`,
        progress: null,
      })
      .where('id', '=', id)
      .where('state', '=', 'queued')
      .returningAll()
      .executeTakeFirst();
    if (!job) return undefined;
    const cipher = await deps.ciphers.of(query, workspace);
    const tool = await findTool(deps, query, job);
    if (AssayError.is(tool)) {
      const error = tool;
      await query
        .updateTable('assay.job')
        .set({
          state: 'failed',
          finished_at: new Date(),
          error: sealPart(cipher, 'error', id, toJobError(error)),
        })
        .where('id', '=', id)
        .execute();
      await moveDataset(deps, query, id, { state: 'failed', error });
      await settleReservation(query, workspace, id, nothingSpent);
      return undefined;
    }
    const run = randomUUID();
    const lease = randomUUID();
    await query
      .insertInto('assay.run')
      .values({
        workspace_id: workspace,
        id: run,
        job_id: id,
        attempt: job.attempts,
        lease,
        worker_id: deps.workerId,
        state: 'running',
      })
      .execute();
    const { name: principal } = await query
      .selectFrom('assay.principal')
      .select('name')
      .where('id', '=', job.principal_id)
      .executeTakeFirstOrThrow();
    const started = new Date();
    return {
      ...openRequest(cipher, job),
      workspace,
      job: id,
      run,
      lease,
      number: job.attempts,
      principal,
      tool,
      seed: job.seed,
      submitted: job.submitted_at,
      started,
      ranMs: 0,
      timings: { queueMs: started.getTime() - job.submitted_at.getTime() },
      cipher,
      slot: await slotOf(query, tool.manifest.visibility === 'system', openRequest(cipher, job)),
      signal,
      stored: [],
    };
  });
}

import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import { openRequest, sealPart } from '../view.ts';
import type { Attempt, WorkDeps } from './attempt.ts';

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
    const tool = deps.plugins.find(job.tool, job.version);
    if (!tool || tool.plugin.digest !== job.plugin_digest) {
      const error = new AssayError(
        'tool.not_found',
        `${job.tool}@${job.version} with the digest of this job is not here any more.`,
      );
      await query
        .updateTable('assay.job')
        .set({
          state: 'failed',
          finished_at: new Date(),
          error: sealPart(cipher, 'error', id, {
            code: error.code,
            title: 'There is no such tool',
            detail: error.message,
          }),
        })
        .where('id', '=', id)
        .execute();
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
      timings: { queueMs: started.getTime() - job.submitted_at.getTime() },
      cipher,
      signal,
      stored: [],
    };
  });
}

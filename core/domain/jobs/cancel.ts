import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import { type Context, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { nothingSpent, settleReservation } from '../quotas/index.ts';
import { moveDataset } from './move-dataset.ts';
import { requireJob, viewJob } from './view.ts';
import { finalStates, type JobView } from './views.ts';

/**
 * Cancels a job: one that waits is cancelled at once, one that runs is told to stop and is `cancelling` until it did.
 * @throws AssayError `job.already_finished`
 */
export async function cancelJob(
  deps: Pick<Deps, 'database' | 'ciphers' | 'keys'>,
  context: Context,
  request: { readonly id: string },
): Promise<JobView> {
  requirePermission(context, 'jobs:cancel');
  return deps.database.withWorkspace(context.workspace, async (query) => {
    await query.selectFrom('assay.job').select('id').where('id', '=', request.id).forUpdate().execute();
    const row = await requireJob(query, request.id);
    const cipher = await deps.ciphers.of(query, context.workspace);
    if (finalStates.includes(row.state))
      throw new AssayError(
        'job.already_finished',
        `The job is ${row.state} since ${row.finished_at?.toISOString()}.`,
      );
    if (row.state === 'cancelling') return viewJob(row, cipher);
    const waiting = row.state === 'queued';
    const changed = await query
      .updateTable('assay.job')
      .set({
        state: waiting ? 'cancelled' : 'cancelling',
        revision: sql`revision + 1`,
        ...(waiting ? { finished_at: new Date() } : {}),
      })
      .where('id', '=', request.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordAudit(deps, query, context, {
      action: 'job.cancel',
      subject: { kind: 'job', id: request.id },
      outcome: 'succeeded',
    });
    if (waiting) {
      await moveDataset(deps, query, request.id, { state: 'cancelled' });
      await settleReservation(query, context.workspace, request.id, nothingSpent);
    }
    return viewJob(changed, cipher);
  });
}

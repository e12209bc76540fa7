import { type Context, requirePermission } from '../access/index.ts';
import { profileTool, requireDataset } from '../datasets/index.ts';
import type { SubmitDeps } from './admission/index.ts';
import { submitIn } from './submit.ts';

/**
 * Answers a received data set with an ordinary job of `system` that reads it. A data set that has its job already
 * (the message came twice) is left alone.
 */
export async function submitProfile(
  deps: SubmitDeps,
  context: Context,
  request: { readonly id: string },
): Promise<void> {
  requirePermission(context, 'jobs:submit');
  await deps.database.withWorkspace(context.workspace, async (query) => {
    await query.selectFrom('assay.dataset').select('id').where('id', '=', request.id).forUpdate().execute();
    const row = await requireDataset(query, request.id);
    if (row.state !== 'received' || row.profile_job) return;
    const reading = { tool: profileTool, inputs: { data: row.id }, params: {} };
    const { job } = await submitIn(deps, query, context, reading, row.id);
    await query.updateTable('assay.dataset').set({ profile_job: job.id }).where('id', '=', row.id).execute();
  });
}

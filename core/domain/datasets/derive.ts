import type { Query } from '../../base/database/index.ts';
import type { StoredArtifact } from '../artifacts/index.ts';
import { type Actor, recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';

export interface DerivedDataset {
  readonly id: string;
  readonly name: string;
  /** Its rows as an Arrow stream; the object's row is written already. */
  readonly stored: StoredArtifact;
  /** The job that made it, whose inputs are what it was made of. */
  readonly job: string;
}

/**
 * Receives what a job made, in the transaction that finishes the job: from here on it is a data set like one that was
 * uploaded, read and profiled by a job of `system`, and its own to erase. It belongs to whoever asked for the job.
 */
export async function receiveDerived(
  deps: Pick<Deps, 'queue' | 'keys'>,
  query: Query,
  actor: Actor,
  { id, name, stored, job }: DerivedDataset,
): Promise<void> {
  const { workspace } = actor;
  const { principal_id, tool, version } = await query
    .selectFrom('assay.job')
    .select(['principal_id', 'tool', 'version'])
    .where('id', '=', job)
    .executeTakeFirstOrThrow();
  const inputs = await query
    .selectFrom('assay.job_input')
    .select('dataset_id')
    .where('job_id', '=', job)
    .orderBy('slot')
    .execute();
  await query
    .insertInto('assay.dataset')
    .values({
      workspace_id: workspace,
      id,
      name,
      media_type: stored.mediaType,
      state: 'received',
      bytes: stored.bytes,
      digest: stored.digest,
      original: stored.id,
      received_by: principal_id,
      key_slot: stored.slot,
      made_by_job: job,
    })
    .execute();
  await recordAudit(deps, query, actor, {
    action: 'dataset.derive',
    subject: { kind: 'dataset', id },
    outcome: 'succeeded',
    after: stored.digest,
    detail: {
      bytes: stored.bytes,
      job,
      tool: `${tool}@${version}`,
      from: inputs.map(({ dataset_id }) => dataset_id).join(' '),
    },
  });
  await deps.queue.send(query, 'dataset', { workspace, id }, 0);
}

import { digestJson } from '@assay/sdk';
import { type Attempt, filled, type WorkDeps } from './attempt.ts';
import { specify } from './specify.ts';

/**
 * Keyed hash over all that a result can depend on: the plugin's and the runtime's digest and everything that the
 * program is told, with the digests of its data. Keyed, so that who holds the rows can not confirm a guess; made with
 * the workspace, so that no other's is ever found; and with the version of Assay, which draws the report.
 */
function keyOf(deps: WorkDeps, attempt: Attempt): Buffer {
  const { plugin, job } = specify(attempt);
  const { workspace } = attempt;
  const { image } = filled(attempt.choice, 'choice');
  return deps.keys.mac('recall', digestJson({ workspace, assay: deps.version, plugin, image, job }));
}

/** Whether what a job made can still be read: an answer that names what was erased is none. */
async function areThere(deps: WorkDeps, { workspace }: Attempt, made: readonly string[]): Promise<boolean> {
  if (made.length === 0) return true;
  const rows = await deps.database.withWorkspace(workspace, (query) =>
    query
      .selectFrom('assay.dataset')
      .select('id')
      .where('id', 'in', made)
      .where('state', 'in', ['received', 'ready'])
      .execute(),
  );
  return rows.length === made.length;
}

/** Looks for the report of a job that was the same in everything; `refresh` looks for none, and is found later. */
export async function recall(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const { manifest, plugin } = attempt.tool;
  // What is under development has its report from its own run, which says so; what may differ is found out each time.
  if (manifest.visibility === 'system' || manifest.determinism === 'approximate') return;
  if (plugin.signature === 'unsigned') return;
  const key = keyOf(deps, attempt);
  attempt.recallKey = key;
  if (attempt.refresh) return;
  const found = await deps.database.withWorkspace(attempt.workspace, (query) =>
    query
      .selectFrom('assay.report as r')
      .innerJoin('assay.job as j', 'j.id', 'r.job_id')
      .select(['r.id as report', 'r.job_id as job', 'r.result_digest as resultDigest', 'j.runtime', 'j.made'])
      .where('r.recall_key', '=', key)
      .orderBy('r.created_at', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
  if (found && (await areThere(deps, attempt, found.made ?? []))) attempt.recalled = found;
}

import type { Prepared } from '../../base/database/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { foundJob, type JobRow, requireJob, summariseJob, viewJob } from './view.ts';
import type { JobState, JobSummary, JobView } from './views.ts';

type ReadDeps = Pick<Deps, 'database' | 'ciphers'>;

/** What assistants and programs ask most, again and again while a job runs. */
const jobById: Prepared<JobRow> = { name: 'job by id', text: 'select * from assay.job_by_id($1, $2)' };

export async function getJob(
  deps: ReadDeps,
  context: Context,
  request: { readonly id: string },
): Promise<JobView> {
  requirePermission(context, 'jobs:read');
  const { workspace } = context;
  const [row] = await deps.database.readRows(workspace, jobById, [request.id]);
  const job = foundJob(row, request.id);
  const kept = deps.ciphers.kept(workspace);
  // A rotation may have moved the row on to a version that the kept cipher does not know.
  const cipher =
    kept && job.key_version !== null && job.key_version <= kept.newestVersion
      ? kept
      : await deps.database.withWorkspace(workspace, (query) => deps.ciphers.of(query, workspace));
  return viewJob(job, cipher);
}

export interface ListRequest {
  readonly limit: number;
  /** Id of the last job of the page before. */
  readonly after?: string;
  readonly state?: JobState;
}

/** Newest first. */
export async function listJobs(
  deps: ReadDeps,
  context: Context,
  request: ListRequest,
): Promise<{ items: JobSummary[]; next?: string }> {
  requirePermission(context, 'jobs:read');
  const rows = await deps.database.withWorkspace(context.workspace, async (query) => {
    let page = query
      .selectFrom('assay.job')
      .selectAll()
      .orderBy('submitted_at', 'desc')
      .orderBy('id', 'desc');
    if (request.state) page = page.where('state', '=', request.state);
    if (request.after) {
      const last = await requireJob(query, request.after);
      page = page.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('submitted_at', 'id'), '<', tuple(last.submitted_at, last.id)),
      );
    }
    return page.limit(request.limit + 1).execute();
  });
  const items = rows.slice(0, request.limit).map(summariseJob);
  const last = items.at(-1);
  return rows.length > request.limit && last ? { items, next: last.id } : { items };
}

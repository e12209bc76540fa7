import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { requireDataset } from './get.ts';
import type { LineageStep, LineageView } from './views.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly state: LineageStep['state'];
  readonly digest: string;
  readonly job: string | null;
  readonly tool: string | null;
  readonly version: string | null;
  readonly parents: string[];
}

/** Data sets that are followed in each direction, and generations. */
const most = 1000;
const generations = 100;

/** Those reached from one data set over the jobs that made them, the nearest first; the data set itself is not among them. */
async function follow(query: Query, id: string, towards: 'ancestors' | 'descendants'): Promise<Row[]> {
  const next =
    towards === 'ancestors'
      ? sql`select i.dataset_id, f.far + 1 from found f
              join assay.dataset d on d.id = f.id join assay.job_input i on i.job_id = d.made_by_job`
      : sql`select d.id, f.far + 1 from found f
              join assay.job_input i on i.dataset_id = f.id join assay.dataset d on d.made_by_job = i.job_id`;
  const { rows } = await sql<Row>`
    with recursive found (id, far) as (
      select ${id}::uuid, 0 union select * from (${next}) as reached (id, far) where far <= ${generations}),
    nearest as (select id, min(far) as far from found where id <> ${id}::uuid group by id)
    select d.id, d.name, d.state, d.digest, d.made_by_job as job, j.tool, j.version,
           array(select i.dataset_id from assay.job_input i where i.job_id = d.made_by_job order by i.slot) as parents
      from nearest n join assay.dataset d on d.id = n.id left join assay.job j on j.id = d.made_by_job
     order by n.far, d.received_at, d.id limit ${most}`.execute(query);
  return rows;
}

function toStep({ id, name, state, digest, job, tool, version, parents }: Row): LineageStep {
  const made = job ? { madeBy: { job, tool: `${tool}@${version}`, from: parents } } : {};
  return { id, name, state, digest, ...made };
}

/** Ids of what was made of a data set and is not erased, however many steps away. */
export async function listDescendants(query: Query, id: string): Promise<string[]> {
  return (await follow(query, id, 'descendants'))
    .filter(({ state }) => state !== 'erased')
    .map((row) => row.id);
}

/**
 * What a data set was made of, and what was made of it, with the jobs between them. What was erased is still named.
 * @throws AssayError `dataset.not_found`
 */
export async function getLineage(
  deps: Pick<Deps, 'database'>,
  context: Context,
  request: { readonly id: string },
): Promise<LineageView> {
  requirePermission(context, 'datasets:read');
  return deps.database.withWorkspace(context.workspace, async (query) => {
    const { id, name, state, digest, made_by_job: job } = await requireDataset(query, request.id);
    const made = job
      ? await sql<Pick<Row, 'tool' | 'version' | 'parents'>>`
          select j.tool, j.version,
                 array(select i.dataset_id from assay.job_input i where i.job_id = j.id order by i.slot) as parents
            from assay.job j where j.id = ${job}`.execute(query)
      : undefined;
    const own = { tool: null, version: null, parents: [], ...made?.rows[0] };
    return {
      ...toStep({ id, name, state, digest, job, ...own }),
      ancestors: (await follow(query, id, 'ancestors')).map(toStep),
      descendants: (await follow(query, id, 'descendants')).map(toStep),
    };
  });
}

import { type Kysely, sql } from 'kysely';

/** Who takes a plugin away is told which workspaces still need it; nothing else of their jobs. */
const statements = `
-- The last jobs of a plugin in a workspace: whether it crashes at each.
create index job_of_plugin on assay.job (workspace_id, plugin_digest, finished_at desc) where finished_at is not null;

create function assay.jobs_of_plugin(digest text) returns table (workspace uuid, jobs bigint)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select workspace_id, count(*) from assay.job
      where plugin_digest = digest and state in ('queued', 'running', 'cancelling') group by workspace_id $$;
revoke all on function assay.jobs_of_plugin from public;
grant execute on function assay.jobs_of_plugin to assay_api;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}

import { type Kysely, sql } from 'kysely';

/** Who takes a plugin away is told which workspaces still need it; nothing else of their jobs. */
const statements = `
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

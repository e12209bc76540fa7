import { type Kysely, sql } from 'kysely';

/**
 * A workspace may fix which version of a plugin it means. Who takes a version away is told which workspaces still need it;
 * nothing else of their jobs.
 */
const statements = `
create table assay.plugin_pin (
  workspace_id uuid not null references assay.workspace,
  plugin text not null check (length(plugin) <= 40),
  -- Exact, or a range.
  version text not null check (length(version) <= 40),
  principal_id uuid not null,
  pinned_at timestamptz not null default now(),
  primary key (workspace_id, plugin)
);
alter table assay.plugin_pin enable row level security;
alter table assay.plugin_pin force row level security;
create policy own on assay.plugin_pin
  using (workspace_id = nullif(current_setting('app.ws', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.ws', true), '')::uuid);
create policy owner_all on assay.plugin_pin to current_user using (true) with check (true);
grant select, insert, delete on assay.plugin_pin to assay_api;
grant update (version, principal_id, pinned_at) on assay.plugin_pin to assay_api;
grant select on assay.plugin_pin to assay_worker;

-- The last jobs of a plugin in a workspace: whether it crashes at each.
create index job_of_plugin on assay.job (workspace_id, plugin_digest, finished_at desc) where finished_at is not null;

create function assay.uses_of_plugin(digest text, named text, exact text)
  returns table (workspace uuid, jobs bigint, pinned boolean)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select w.id, j.jobs, p.plugin is not null
       from assay.workspace w
       cross join lateral (select count(*) as jobs from assay.job
         where workspace_id = w.id and plugin_digest = digest and state in ('queued', 'running', 'cancelling')) j
       left join assay.plugin_pin p on p.workspace_id = w.id and p.plugin = named and p.version = exact
      where j.jobs > 0 or p.plugin is not null $$;
revoke all on function assay.uses_of_plugin from public;
grant execute on function assay.uses_of_plugin to assay_api;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}

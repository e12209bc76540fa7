import { type Kysely, sql } from 'kysely';

/** What a workspace lets a publisher's plugin have; one without a row takes none of its jobs. */
const statements = `
create table assay.plugin_grant (
  workspace_id uuid not null references assay.workspace,
  plugin text not null check (length(plugin) <= 40),
  -- Whose asking was granted.
  version text not null check (length(version) <= 40),
  -- Limits by name, as numbers.
  granted jsonb not null check (jsonb_typeof(granted) = 'object'),
  principal_id uuid not null,
  granted_at timestamptz not null default now(),
  primary key (workspace_id, plugin)
);
alter table assay.plugin_grant enable row level security;
alter table assay.plugin_grant force row level security;
create policy own on assay.plugin_grant
  using (workspace_id = nullif(current_setting('app.ws', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.ws', true), '')::uuid);
create policy owner_all on assay.plugin_grant to current_user using (true) with check (true);
grant select, insert, delete on assay.plugin_grant to assay_api;
grant update (version, granted, principal_id, granted_at) on assay.plugin_grant to assay_api;
grant select on assay.plugin_grant to assay_worker;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}

import { type Kysely, sql } from 'kysely';

/**
 * The authorization server: what it keeps for a while (codes, refresh tokens, grants, interactions), found by keyed
 * hashes and sealed, and the clients that it knows.
 */
const statements = `
create table assay.oauth_object (
  model text not null,
  id bytea not null,
  payload bytea not null,
  -- Keyed hashes of the grant it came from, and of a second name that it can be found by.
  grant_id bytea,
  alias bytea,
  expires_at timestamptz not null,
  consumed_at timestamptz,
  primary key (model, id)
);
create index oauth_of_grant on assay.oauth_object (grant_id) where grant_id is not null;
create index oauth_by_alias on assay.oauth_object (model, alias) where alias is not null;
create index oauth_expired on assay.oauth_object (expires_at);

create table assay.oauth_client (
  id text primary key check (length(id) between 1 and 500),
  -- 'imported': a client ID metadata document that came in a file; 'registered': made by an administrator; 'dynamic':
  -- registered itself, with the token that the operator gave out.
  kind text not null check (kind in ('imported', 'registered', 'dynamic')),
  metadata jsonb not null,
  -- A client that acts for itself is a service of one workspace, with these scopes at most.
  workspace_id uuid references assay.workspace,
  principal_id uuid references assay.principal,
  scopes text[] not null default '{}',
  created_at timestamptz not null default now(),
  check ((workspace_id is null) = (principal_id is null))
);

grant select, insert, update, delete on assay.oauth_object to assay_api;
grant select, insert, delete on assay.oauth_client to assay_api;
`;

const dealsWithPeople = "current_setting('app.people', true) = 'on'";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
  for (const table of ['oauth_object', 'oauth_client'])
    await sql
      .raw(
        `alter table assay.${table} enable row level security;
         alter table assay.${table} force row level security;
         create policy people on assay.${table} to assay_api using (${dealsWithPeople}) with check (${dealsWithPeople});
         create policy owner_all on assay.${table} to current_user using (true) with check (true);`,
      )
      .execute(db);
}

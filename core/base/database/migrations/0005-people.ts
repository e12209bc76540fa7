import { type Kysely, sql } from 'kysely';

/**
 * People and how they prove who they are: local accounts, accounts at identity providers, sessions, tokens with scopes.
 * None of it belongs to a workspace. It is seen only where a transaction says that it deals with people
 * (`Database.withPeople`), so that no query of a workspace's data reaches a password.
 */
const statements = `
-- The workspace from which the whole installation is administered: the first one.
alter table assay.workspace add column home boolean not null default false;
update assay.workspace set home = true where id = (select id from assay.workspace order by created_at, id limit 1);
create unique index workspace_home on assay.workspace (home) where home;

alter table assay.principal add column disabled_at timestamptz;
-- Who gave the role: 'assay', or the name of the identity provider whose groups did.
alter table assay.membership add column granted_by text not null default 'assay';
create index membership_of on assay.membership (principal_id);

create table assay.account (
  principal_id uuid primary key references assay.principal,
  login text not null unique check (login = lower(login) and length(login) between 1 and 120),
  -- Algorithm, parameters, salt and hash, as one text.
  password text not null,
  must_change boolean not null default true,
  changed_at timestamptz not null default now(),
  -- Secret of the one-time codes, sealed under the person's key; confirmed once a first code was right.
  totp bytea,
  totp_confirmed boolean not null default false,
  -- The last time step whose code was taken; a code is never taken twice.
  totp_step bigint not null default 0
);
-- Attempts that failed since the last one that did not, by a keyed hash of what was tried: also of logins that nobody has.
create table assay.sign_in_attempt (
  subject bytea primary key,
  failures integer not null,
  locked_until timestamptz,
  last_at timestamptz not null
);
create table assay.recovery_code (
  principal_id uuid not null references assay.principal,
  mac bytea not null,
  used_at timestamptz,
  primary key (principal_id, mac)
);
-- Somebody at an identity provider, by a keyed hash of issuer and subject.
create table assay.identity (
  provider text not null,
  subject bytea not null,
  principal_id uuid not null references assay.principal,
  linked_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (provider, subject)
);
create index identity_of on assay.identity (principal_id);
create table assay.session (
  id text primary key,
  mac bytea not null,
  principal_id uuid not null references assay.principal,
  -- What is still to be done before the session opens anything; 'open' once nothing is.
  stage text not null check (stage in ('code', 'password', 'enrol', 'workspace', 'open')),
  workspace_id uuid references assay.workspace,
  -- 'local', 'start', or the name of the identity provider; and what was proved: RFC 8176 values.
  method text not null,
  factors text[] not null default '{}',
  -- Address and program, sealed under the person's key.
  personal bytea,
  signed_in_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  check ((stage = 'open') <= (workspace_id is not null))
);
create index session_of on assay.session (principal_id) where ended_at is null;

alter table assay.token add column scopes text[] not null default '{tools:read,jobs:submit,data:export,admin}',
  add column last_used_at timestamptz;
alter table assay.token alter column scopes drop default;
create index token_of on assay.token (workspace_id, principal_id);
drop function assay.find_token(text);
create function assay.find_token(token_id text) returns table (workspace_id uuid, mac bytea, kind text, scopes text[],
  principal_id uuid, expires_at timestamptz, used_at timestamptz, revoked_at timestamptz)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select t.workspace_id, t.mac, t.kind, t.scopes, t.principal_id, t.expires_at, t.used_at, t.revoked_at
       from assay.token t where t.id = token_id $$;
revoke all on function assay.find_token(text) from public;
grant execute on function assay.find_token(text) to assay_api;
-- The workspace in which a sign-in is recorded before its own is known.
create function assay.home_workspace() returns uuid
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select id from assay.workspace where home $$;
revoke all on function assay.home_workspace() from public;
grant execute on function assay.home_workspace() to assay_api, assay_worker;

grant select, insert, update on assay.account, assay.sign_in_attempt to assay_api;
grant delete on assay.session, assay.account, assay.sign_in_attempt, assay.recovery_code, assay.identity to assay_api;
grant select, insert, update on assay.recovery_code, assay.identity, assay.session to assay_api;
grant update (last_used_at) on assay.token to assay_api;
grant insert on assay.workspace, assay.membership, assay.principal to assay_api;
grant update (name) on assay.workspace to assay_api;
grant update (role, granted_by) on assay.membership to assay_api;
grant update (disabled_at, key_slot) on assay.principal to assay_api;
`;

/** Tables that only deal with people, and those that do so beside their own rule. */
const ofPeople = ['account', 'sign_in_attempt', 'recovery_code', 'identity', 'session'];
const alsoOfPeople = ['workspace', 'membership', 'principal', 'token'];
const dealsWithPeople = "current_setting('app.people', true) = 'on'";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
  for (const table of ofPeople)
    await sql
      .raw(
        `alter table assay.${table} enable row level security;
         alter table assay.${table} force row level security;
         create policy owner_all on assay.${table} to current_user using (true) with check (true);`,
      )
      .execute(db);
  for (const table of [...ofPeople, ...alsoOfPeople])
    await sql
      .raw(
        `create policy people on assay.${table} to assay_api using (${dealsWithPeople}) with check (${dealsWithPeople});`,
      )
      .execute(db);
}

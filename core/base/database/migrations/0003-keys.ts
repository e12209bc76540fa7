import { type Kysely, sql } from 'kysely';

/**
 * Keys: what belongs to a data set or to a person is under a key of its own, which can be destroyed (`key_slot`); every
 * row says under which version of its workspace's key it is, so that a rotation finds what is left; erasures and
 * rotations are kept.
 */
const statements = `
alter table assay.principal add column key_slot bigint unique, add column erased_at timestamptz;

alter table assay.dataset add column key_slot bigint unique, add column erased_at timestamptz;
alter table assay.dataset drop constraint dataset_state_check;
alter table assay.dataset add check (state in ('received', 'ready', 'rejected', 'erased'));
alter table assay.dataset add check ((state = 'erased') = (erased_at is not null));

-- The version of the workspace's key that a sealed value says it is under (its second to fifth byte).
create function assay.sealed_version(sealed bytea) returns integer language sql immutable strict parallel safe as
  $$ select case when length(sealed) >= 5 then
       (get_byte(sealed, 1) << 24) | (get_byte(sealed, 2) << 16) | (get_byte(sealed, 3) << 8) | get_byte(sealed, 4) end $$;

alter table assay.artifact alter wrapped_key drop not null;
alter table assay.artifact add column key_slot bigint,
  add column key_version integer generated always as ((wrapped_key ->> 'keyVersion')::integer) stored;
alter table assay.dataset add column key_version integer
  generated always as (least(assay.sealed_version(profile), assay.sealed_version(reasons))) stored;
alter table assay.job add column key_version integer generated always as
  (least(assay.sealed_version(request), assay.sealed_version(progress), assay.sealed_version(error))) stored;
create index artifact_by_key on assay.artifact (workspace_id, key_version, id);
create index dataset_by_key on assay.dataset (workspace_id, key_version, id);
create index job_by_key on assay.job (workspace_id, key_version, id);
create index artifact_by_slot on assay.artifact (key_slot) where key_slot is not null;

create table assay.erasure (
  workspace_id uuid not null references assay.workspace,
  id uuid not null,
  subject_kind text not null check (subject_kind in ('dataset', 'person')),
  subject_id uuid not null,
  key_slot bigint,
  objects integer not null,
  reason text not null check (length(reason) between 1 and 500),
  requested_by uuid not null references assay.principal,
  destroyed_at timestamptz not null,
  irrecoverable_from timestamptz not null,
  certificate text not null,
  primary key (workspace_id, id),
  unique (workspace_id, subject_kind, subject_id)
);
create table assay.rotation (
  workspace_id uuid not null references assay.workspace,
  id uuid not null,
  key text not null check (key in ('root', 'workspace')),
  from_version integer not null,
  to_version integer not null,
  state text not null default 'running' check (state in ('running', 'done')),
  total integer not null default 0,
  rewrapped integer not null default 0,
  failed integer not null default 0,
  failures jsonb not null default '[]',
  requested_by uuid not null references assay.principal,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id)
);
create unique index rotation_open on assay.rotation (workspace_id, key) where state = 'running';

-- What is left of any rotation: workspaces with something under an older version, or under an older root key.
create function assay.stale_workspaces(root_version integer) returns table (workspace_id uuid)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select w.id from assay.workspace w
      cross join lateral (select max(k.version) as newest from assay.workspace_key k where k.workspace_id = w.id) k
      where exists (select 1 from assay.artifact a where a.workspace_id = w.id and a.key_version < k.newest)
         or exists (select 1 from assay.dataset d where d.workspace_id = w.id and d.key_version < k.newest)
         or exists (select 1 from assay.job j where j.workspace_id = w.id and j.key_version < k.newest)
         or exists (select 1 from assay.rotation r where r.workspace_id = w.id and r.state = 'running')
         or exists (select 1 from assay.workspace_key v
                     where v.workspace_id = w.id and (v.wrapped ->> 'keyVersion')::integer < root_version) $$;

-- Keys of all workspaces that are still under an older root key: what is left of its rotation.
create function assay.keys_under_older_root(root_version integer) returns bigint
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select count(*) from assay.workspace_key where (wrapped ->> 'keyVersion')::integer < root_version $$;
revoke all on function assay.keys_under_older_root(integer) from public;
grant execute on function assay.keys_under_older_root(integer) to assay_api, assay_worker;

-- An object's wrapped key lies beside it; what was erased has no claim to its object any more.
-- Of these objects those in workspaces of this database: whether a row opens them, or says that they were erased.
drop function assay.unreferenced(text[]);
create function assay.known_objects(keys text[]) returns table (key text, loose boolean, erased boolean)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select k, a.wrapped_key is null, a.id is not null
       from unnest(keys) k
       join assay.workspace w on w.id::text = split_part(k, '/', 1)
       left join assay.artifact a on a.workspace_id = w.id
        and a.id = substring(k from '^[0-9a-f-]{36}/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:[.]key)?$')::uuid $$;
revoke all on function assay.known_objects(text[]) from public;
grant execute on function assay.known_objects(text[]) to assay_worker;

-- Only what watchers see is told; a rotation re-wraps rows without anybody's notice.
drop trigger job_told on assay.job;
create trigger job_told after insert or update of state, revision on assay.job
  for each row execute function assay.tell_job();

grant insert on assay.workspace_key to assay_api;
grant select, insert on assay.erasure, assay.rotation to assay_api;
grant update (state, profile, reasons, name, erased_at) on assay.dataset to assay_api;
grant update (wrapped_key) on assay.artifact to assay_api, assay_worker;
grant update (wrapped) on assay.workspace_key to assay_worker;
grant update (name, erased_at) on assay.principal to assay_api;
grant delete on assay.membership to assay_api;
grant select on assay.erasure to assay_worker;
grant select, update on assay.rotation to assay_worker;
revoke all on function assay.stale_workspaces(integer) from public;
grant execute on function assay.stale_workspaces(integer) to assay_worker;
grant execute on function assay.sealed_version(bytea) to assay_api, assay_worker;
`;

const ofWorkspace = "workspace_id = nullif(current_setting('app.ws', true), '')::uuid";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
  for (const table of ['erasure', 'rotation'])
    await sql
      .raw(
        `alter table assay.${table} enable row level security;
         alter table assay.${table} force row level security;
         create policy own on assay.${table} using (${ofWorkspace}) with check (${ofWorkspace});
         create policy owner_all on assay.${table} to current_user using (true) with check (true);`,
      )
      .execute(db);
  // A principal is seen from the workspaces that it is a member of, or that it has left its name in.
  await sql
    .raw(
      `alter table assay.principal enable row level security;
       alter table assay.principal force row level security;
       create policy known on assay.principal using (
         exists (select 1 from assay.membership m where m.principal_id = principal.id)
         or exists (select 1 from assay.job j where j.principal_id = principal.id));
       create policy owner_all on assay.principal to current_user using (true) with check (true);
       alter table assay.worker enable row level security;
       alter table assay.worker force row level security;
       create policy workers on assay.worker to assay_worker using (true) with check (true);
       create policy owner_all on assay.worker to current_user using (true) with check (true);`,
    )
    .execute(db);
}

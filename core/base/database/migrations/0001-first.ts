import { type Kysely, sql } from 'kysely';

/**
 * The first shape. Every table of a workspace carries `workspace_id`, forces row-level security, and refers to
 * others by (workspace_id, id), so that a row can never point into another workspace.
 */
const statements = `
create schema assay;
comment on schema assay is 'assay 1';

create table assay.workspace (
  id uuid primary key,
  name text not null unique check (length(name) between 1 and 80),
  created_at timestamptz not null default now()
);
create table assay.principal (
  id uuid primary key,
  kind text not null check (kind in ('user', 'service', 'system')),
  name text not null check (length(name) between 1 and 120),
  created_at timestamptz not null default now()
);
create table assay.membership (
  workspace_id uuid not null references assay.workspace,
  principal_id uuid not null references assay.principal,
  role text not null,
  primary key (workspace_id, principal_id)
);
create table assay.workspace_key (
  workspace_id uuid not null references assay.workspace,
  version integer not null check (version > 0),
  wrapped jsonb not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, version)
);
create table assay.token (
  id text primary key,
  workspace_id uuid not null references assay.workspace,
  principal_id uuid not null references assay.principal,
  kind text not null check (kind in ('start', 'api')),
  name text not null,
  mac bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz
);
create table assay.audit_record (
  seq bigint generated always as identity primary key,
  workspace_id uuid not null references assay.workspace,
  at timestamptz not null default clock_timestamp(),
  principal_id uuid not null references assay.principal,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  outcome text not null check (outcome in ('allowed', 'refused', 'succeeded', 'failed')),
  request_id text not null,
  detail jsonb not null default '{}'
);
create table assay.artifact (
  workspace_id uuid not null references assay.workspace,
  id uuid not null,
  kind text not null,
  media_type text not null,
  bytes bigint not null check (bytes >= 0),
  digest text not null,
  wrapped_key jsonb not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create table assay.dataset (
  workspace_id uuid not null references assay.workspace,
  id uuid not null,
  name text not null,
  media_type text not null,
  state text not null check (state in ('received', 'ready', 'rejected')),
  bytes bigint not null,
  digest text not null,
  original uuid not null,
  parquet uuid,
  arrow uuid,
  profile bytea,
  reasons bytea,
  profile_job uuid,
  received_by uuid not null references assay.principal,
  received_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, original) references assay.artifact (workspace_id, id),
  foreign key (workspace_id, parquet) references assay.artifact (workspace_id, id),
  foreign key (workspace_id, arrow) references assay.artifact (workspace_id, id)
);
create index dataset_listed on assay.dataset (workspace_id, received_at desc, id desc);
create table assay.job (
  workspace_id uuid not null references assay.workspace,
  id uuid not null,
  principal_id uuid not null references assay.principal,
  tool text not null,
  version text not null,
  plugin_digest text not null,
  seed integer not null,
  request bytea not null,
  state text not null default 'queued'
    check (state in ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled')),
  attempts integer not null default 0,
  revision integer not null default 1,
  progress bytea,
  error bytea,
  runtime jsonb,
  report uuid,
  result_digest text,
  submitted_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (workspace_id, id),
  check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
  check ((state = 'succeeded') = (report is not null))
);
create index job_listed on assay.job (workspace_id, submitted_at desc, id desc);
create index job_open on assay.job (state) where state in ('queued', 'running', 'cancelling');
create table assay.job_input (
  workspace_id uuid not null,
  job_id uuid not null,
  slot text not null,
  dataset_id uuid not null,
  primary key (workspace_id, job_id, slot),
  foreign key (workspace_id, job_id) references assay.job (workspace_id, id),
  foreign key (workspace_id, dataset_id) references assay.dataset (workspace_id, id)
);
create table assay.worker (
  id uuid primary key,
  lock_key bigint not null,
  started_at timestamptz not null default now()
);
create table assay.run (
  workspace_id uuid not null,
  id uuid not null,
  job_id uuid not null,
  attempt integer not null,
  lease uuid not null,
  worker_id uuid not null,
  state text not null check (state in ('starting', 'running', 'succeeded', 'failed', 'lost', 'cancelled')),
  error_code text,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, job_id, attempt),
  foreign key (workspace_id, job_id) references assay.job (workspace_id, id)
);
create index run_open on assay.run (state) where state in ('starting', 'running');
create table assay.report (
  workspace_id uuid not null,
  id uuid not null,
  job_id uuid not null,
  document uuid not null,
  html uuid,
  result_digest text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, job_id),
  foreign key (workspace_id, job_id) references assay.job (workspace_id, id),
  foreign key (workspace_id, document) references assay.artifact (workspace_id, id),
  foreign key (workspace_id, html) references assay.artifact (workspace_id, id)
);
create table assay.idempotency (
  workspace_id uuid not null references assay.workspace,
  principal_id uuid not null references assay.principal,
  key text not null check (length(key) between 1 and 255),
  body_digest text not null,
  job_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, principal_id, key),
  foreign key (workspace_id, job_id) references assay.job (workspace_id, id) deferrable initially deferred
);

-- Who watches a job hears of every change by its row, whoever made it.
create function assay.tell_job() returns trigger language plpgsql as $$
begin
  perform pg_notify('assay_job', new.workspace_id || ' ' || new.id || ' ' || new.state);
  return null;
end $$;
create trigger job_told after insert or update on assay.job for each row execute function assay.tell_job();

-- A received data set is told on the same channel, with the state that a worker waits for.
create function assay.tell_dataset() returns trigger language plpgsql as $$
begin
  perform pg_notify('assay_job', new.workspace_id || ' ' || new.id || ' queued');
  return null;
end $$;
create trigger dataset_told after insert on assay.dataset for each row execute function assay.tell_dataset();

-- The audit trail grows, and that is all it does.
create function assay.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit records are never changed or removed' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_kept before update or delete on assay.audit_record
  for each row execute function assay.refuse_change();
create trigger audit_kept_whole before truncate on assay.audit_record
  for each statement execute function assay.refuse_change();

-- What must be found before a workspace is known. Each answers ids and no more; none takes SQL or a pattern.
create function assay.find_token(token_id text) returns table (workspace_id uuid, mac bytea, kind text,
  principal_id uuid, expires_at timestamptz, used_at timestamptz, revoked_at timestamptz)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select t.workspace_id, t.mac, t.kind, t.principal_id, t.expires_at, t.used_at, t.revoked_at
       from assay.token t where t.id = token_id $$;
create function assay.open_runs() returns table (workspace_id uuid, job_id uuid, run_id uuid, worker_id uuid, lock_key bigint)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select r.workspace_id, r.job_id, r.id, r.worker_id, w.lock_key
       from assay.run r join assay.worker w on w.id = r.worker_id where r.state in ('starting', 'running') $$;
create function assay.waiting_jobs(older_than interval) returns table (workspace_id uuid, job_id uuid)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select j.workspace_id, j.id from assay.job j
      where j.state = 'queued' and j.submitted_at < now() - older_than order by j.submitted_at limit 1000 $$;
create function assay.waiting_datasets(older_than interval) returns table (workspace_id uuid, dataset_id uuid)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select d.workspace_id, d.id from assay.dataset d
      where d.state = 'received' and d.profile_job is null and d.received_at < now() - older_than
      order by d.received_at limit 1000 $$;
create function assay.unreferenced(keys text[]) returns table (key text)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select k from unnest(keys) k where not exists (
       select 1 from assay.artifact a where a.workspace_id::text || '/' || a.id::text = k) $$;
`;

/** Tables whose rows belong to a workspace. */
const tenantTables = [
  'membership workspace_key token audit_record artifact dataset job job_input run report idempotency',
].flatMap((names) => names.split(' '));

const grants = `
grant usage on schema assay to assay_api, assay_worker;
revoke all on all functions in schema assay from public;
grant execute on function assay.find_token(text) to assay_api;
grant execute on function assay.open_runs(), assay.waiting_jobs(interval), assay.waiting_datasets(interval),
  assay.unreferenced(text[]) to assay_worker;
grant select on assay.workspace, assay.principal, assay.membership, assay.workspace_key to assay_api, assay_worker;
grant select, insert on assay.audit_record to assay_api, assay_worker;
grant select, insert on assay.artifact, assay.job, assay.job_input to assay_api, assay_worker;
grant select, insert on assay.dataset, assay.idempotency, assay.token to assay_api;
grant update (used_at, revoked_at) on assay.token to assay_api;
grant select on assay.run, assay.report to assay_api;
grant update (state, revision, finished_at, error) on assay.job to assay_api;
grant select, update on assay.dataset to assay_worker;
grant update on assay.job to assay_worker;
grant select, insert, update on assay.run to assay_worker;
grant select, insert on assay.report to assay_worker;
grant select, insert, delete on assay.worker to assay_worker;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
  await sql
    .raw(
      `alter table assay.workspace enable row level security;
       alter table assay.workspace force row level security;
       create policy own on assay.workspace using (id = nullif(current_setting('app.ws', true), '')::uuid);
       create policy owner_all on assay.workspace to current_user using (true) with check (true);`,
    )
    .execute(db);
  for (const table of tenantTables) {
    await sql
      .raw(
        `alter table assay.${table} enable row level security;
         alter table assay.${table} force row level security;
         create policy own on assay.${table}
           using (workspace_id = nullif(current_setting('app.ws', true), '')::uuid)
           with check (workspace_id = nullif(current_setting('app.ws', true), '')::uuid);
         create policy owner_all on assay.${table} to current_user using (true) with check (true);`,
      )
      .execute(db);
  }
  await sql.raw(grants).execute(db);
}

import { type Kysely, sql } from 'kysely';

/**
 * What a workspace may use, what it has used and what is held for it: one row a workspace, so that one conditional
 * UPDATE decides an admission over all resources and one row lock is all that admissions of a workspace share. A
 * reservation is there as long as the job or the upload is that it was made for.
 */
const statements = `
create table assay.quota (
  workspace_id uuid primary key references assay.workspace,
  -- Null: the default of the installation. 9007199254740991: no limit.
  jobs_limit bigint check (jobs_limit between 0 and 9007199254740991),
  cpu_limit bigint check (cpu_limit between 0 and 9007199254740991),
  bytes_limit bigint check (bytes_limit between 0 and 9007199254740991),
  jobs_reserved bigint not null default 0 check (jobs_reserved >= 0),
  -- Milliseconds of CPU time, used in the month that begins at \`period\`.
  cpu_used bigint not null default 0 check (cpu_used >= 0),
  cpu_reserved bigint not null default 0 check (cpu_reserved >= 0),
  period timestamptz not null default date_trunc('month', now(), 'UTC'),
  bytes_used bigint not null default 0 check (bytes_used >= 0),
  bytes_reserved bigint not null default 0 check (bytes_reserved >= 0),
  -- The place in the line after the last one that this workspace took.
  next_place bigint not null default 0 check (next_place >= 0)
) with (fillfactor = 50);
create table assay.reservation (
  workspace_id uuid not null references assay.workspace,
  -- The job; or the data set, from its first byte until its job is there.
  subject uuid not null,
  jobs bigint not null check (jobs >= 0),
  cpu bigint not null check (cpu >= 0),
  bytes bigint not null check (bytes >= 0),
  place integer not null check (place >= 0),
  created_at timestamptz not null default now(),
  -- While bytes come: when it was last said that they do. Null otherwise.
  renewed_at timestamptz,
  primary key (workspace_id, subject)
);
create index reservation_uploads on assay.reservation (renewed_at) where renewed_at is not null;

-- The place in the line that was served last: a register that no transaction holds.
create sequence assay.queue_clock minvalue 0 start 0;

-- A workspace has its row from the first moment, whoever makes it.
create function assay.give_quota() returns trigger language plpgsql
  security definer set search_path = assay, pg_temp as $$
begin
  insert into assay.quota (workspace_id) values (new.id);
  return null;
end $$;
revoke all on function assay.give_quota() from public;
create trigger workspace_has_quota after insert on assay.workspace for each row execute function assay.give_quota();

-- What was stored and what waits or runs before there were quotas.
insert into assay.reservation (workspace_id, subject, jobs, cpu, bytes, place)
  select workspace_id, id, 1, 0, 0, 0 from assay.job where state in ('queued', 'running', 'cancelling');
insert into assay.reservation (workspace_id, subject, jobs, cpu, bytes, place)
  select workspace_id, id, 1, 0, 0, 0 from assay.dataset where state = 'received' and profile_job is null;
insert into assay.quota (workspace_id, jobs_reserved, bytes_used)
  select w.id,
         (select count(*) from assay.reservation r where r.workspace_id = w.id),
         (select coalesce(sum(a.bytes), 0) from assay.artifact a
           where a.workspace_id = w.id and a.wrapped_key is not null)
    from assay.workspace w;

-- CPU time of this month: what stands in the row may be that of an earlier one.
create function assay.cpu_now(q assay.quota) returns bigint language sql stable as
  $$ select case when q.period < date_trunc('month', now(), 'UTC') then 0 else q.cpu_used end $$;

-- Whether there is room for more, by the limits of the workspace or by the given ones. At least one byte has to fit.
create function assay.has_room(q assay.quota, jobs bigint, cpu bigint, bytes bigint,
  most_jobs bigint, most_cpu bigint, most_bytes bigint) returns boolean language sql stable as
  $$ select (jobs = 0 or q.jobs_reserved + jobs <= coalesce(q.jobs_limit, most_jobs))
        and (cpu = 0 or assay.cpu_now(q) + q.cpu_reserved + cpu <= coalesce(q.cpu_limit, most_cpu))
        and q.bytes_used + q.bytes_reserved + greatest(bytes, 1) <= coalesce(q.bytes_limit, most_bytes) $$;

-- One statement decides over all resources and takes a place in the line: the row of the workspace is locked, its
-- conditions are looked at again as it is then, and the reservation is there only if they hold. A function, since its
-- plan is kept; it has no rights but its caller's. Answers the place, or null where there is no room.
create function assay.reserve(workspace uuid, given uuid, more_jobs bigint, more_cpu bigint, more_bytes bigint,
  most_jobs bigint, most_cpu bigint, most_bytes bigint, is_upload boolean, is_admitted boolean)
  returns integer language plpgsql as $$
declare taken integer;
begin
  update assay.quota q
     set jobs_reserved = q.jobs_reserved + more_jobs,
         cpu_reserved = q.cpu_reserved + more_cpu,
         bytes_reserved = q.bytes_reserved + more_bytes,
         cpu_used = assay.cpu_now(q), period = greatest(q.period, date_trunc('month', now(), 'UTC')),
         next_place = greatest(q.next_place, (select last_value from assay.queue_clock)) + 1
   where q.workspace_id = workspace
     and (is_admitted or assay.has_room(q, more_jobs, more_cpu, more_bytes, most_jobs, most_cpu, most_bytes))
  returning least(q.next_place - 1, 2147483647) into taken;
  if found then
    insert into assay.reservation (workspace_id, subject, jobs, cpu, bytes, place, renewed_at)
    values (workspace, given, more_jobs, more_cpu, more_bytes, taken, case when is_upload then now() end);
  end if;
  return taken;
end $$;
-- A look without a lock.
create function assay.may_reserve(workspace uuid, more_jobs bigint, more_cpu bigint, more_bytes bigint,
  most_jobs bigint, most_cpu bigint, most_bytes bigint) returns boolean language plpgsql stable as $$
begin
  return (select assay.has_room(q, more_jobs, more_cpu, more_bytes, most_jobs, most_cpu, most_bytes)
            from assay.quota q where q.workspace_id = workspace);
end $$;
revoke all on function assay.cpu_now(assay.quota), assay.may_reserve, assay.reserve, assay.has_room from public;
grant execute on function assay.cpu_now(assay.quota), assay.may_reserve, assay.reserve, assay.has_room
  to assay_api, assay_worker;

create function assay.stale_uploads(older_than interval) returns table (workspace_id uuid, subject uuid)
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select r.workspace_id, r.subject from assay.reservation r
      where r.renewed_at < now() - older_than order by r.renewed_at limit 1000 $$;
revoke all on function assay.stale_uploads(interval) from public;
grant execute on function assay.stale_uploads(interval) to assay_worker;

grant select, update on assay.quota to assay_api;
grant select on assay.quota to assay_worker;
grant update (jobs_reserved, cpu_used, cpu_reserved, period, bytes_used, bytes_reserved, next_place) on assay.quota
  to assay_worker;
grant select, insert, update, delete on assay.reservation to assay_api, assay_worker;
grant select on sequence assay.queue_clock to assay_api, assay_worker;
grant update on sequence assay.queue_clock to assay_worker;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
  for (const table of ['quota', 'reservation'])
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
  // Quotas of other workspaces are set from the home workspace, where it is recorded.
  await sql
    .raw(
      `create policy people on assay.quota to assay_api using (current_setting('app.people', true) = 'on')
         with check (current_setting('app.people', true) = 'on');`,
    )
    .execute(db);
}

import { type Kysely, sql } from 'kysely';

/**
 * The audit trail as a tree: every record has a keyed MAC of whoever wrote it, is put into an RFC 6962 tree in the order
 * of `audit_leaf`, and the tree's head is signed from time to time. All of it grows, and that is all it does.
 */
const statements = `
alter table assay.audit_record
  add column client text,
  add column subject_version text,
  add column before_digest text,
  add column after_digest text,
  add column reason text,
  add column plugin_digest text,
  add column personal bytea,
  add column mac bytea not null default ''::bytea;
alter table assay.audit_record alter column mac drop default;

create table assay.audit_leaf (
  index bigint primary key check (index >= 0),
  seq bigint not null unique,
  hash bytea not null check (length(hash) = 32),
  tag bytea not null check (length(tag) = 32),
  genuine boolean not null,
  signature bytea not null check (length(signature) = 64)
);
create table assay.audit_node (
  level smallint not null check (level > 0),
  index bigint not null check (index >= 0),
  hash bytea not null check (length(hash) = 32),
  primary key (level, index)
);
create table assay.audit_checkpoint (
  size bigint primary key check (size > 0),
  note text not null,
  signed_at timestamptz not null default clock_timestamp()
);
-- Records that are not in the tree yet, and how far each place outside has been told.
create table assay.audit_waiting (seq bigint primary key);
create table assay.audit_anchor (sink text primary key, size bigint not null);

insert into assay.audit_waiting select seq from assay.audit_record;
create function assay.await_tree() returns trigger language plpgsql security definer set search_path = assay, pg_temp as $$
begin
  insert into assay.audit_waiting values (new.seq);
  perform pg_notify('assay_audit', '');
  return null;
end $$;
create trigger audit_awaits_tree after insert on assay.audit_record for each row execute function assay.await_tree();

-- Records of all workspaces, for the one process that puts them into the tree.
create function assay.audit_next(most integer) returns setof assay.audit_record
  language sql stable security definer set search_path = assay, pg_temp as
  $$ select r.* from assay.audit_waiting w join assay.audit_record r using (seq) order by w.seq limit most $$;
-- Puts back what is in no tree and waits no more, or never did: somebody had the triggers off. Returns how many.
create function assay.audit_missed() returns bigint
  language sql security definer set search_path = assay, pg_temp as
  $$ with missed as (
       insert into assay.audit_waiting
       select seq from assay.audit_record r
        where not exists (select from assay.audit_leaf l where l.seq = r.seq)
       on conflict do nothing returning seq)
     select count(*) from missed $$;
revoke all on function assay.audit_next(integer), assay.audit_missed(), assay.await_tree() from public;
grant execute on function assay.audit_next(integer), assay.audit_missed() to assay_worker;

grant usage on schema assay to assay_auditor;
grant select on assay.audit_record, assay.audit_leaf, assay.audit_node, assay.audit_checkpoint, assay.audit_waiting,
  assay.workspace, assay.principal to assay_auditor;
grant select on assay.audit_leaf, assay.audit_node, assay.audit_checkpoint, assay.audit_waiting to assay_api, assay_worker;
grant insert on assay.audit_leaf, assay.audit_node, assay.audit_checkpoint to assay_worker;
grant delete on assay.audit_waiting to assay_worker;
grant select, insert, update on assay.audit_anchor to assay_worker;
create policy auditor_reads on assay.audit_record for select to assay_auditor using (true);
create policy auditor_reads on assay.workspace for select to assay_auditor using (true);
create policy auditor_reads on assay.principal for select to assay_auditor using (true);
`;

const kept = ['audit_leaf', 'audit_node', 'audit_checkpoint'];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
  for (const table of kept)
    await sql
      .raw(
        `create trigger kept before update or delete on assay.${table} for each row execute function assay.refuse_change();
         create trigger kept_whole before truncate on assay.${table} for each statement execute function assay.refuse_change();`,
      )
      .execute(db);
  for (const table of [...kept, 'audit_waiting', 'audit_anchor'])
    await sql
      .raw(
        `alter table assay.${table} enable row level security;
         alter table assay.${table} force row level security;
         create policy reads on assay.${table} for select to assay_api, assay_worker, assay_auditor using (true);
         create policy works on assay.${table} to assay_worker using (true) with check (true);
         create policy owner_all on assay.${table} to current_user using (true) with check (true);`,
      )
      .execute(db);
}

import { type Kysely, sql } from 'kysely';

/**
 * A job that was carried out before is answered from its report: the report is found by a keyed hash of everything
 * that went into it, and the later job names the job that made it. Every job keeps how its time was spent, and is read
 * in one round trip.
 */
const statements = `
alter table assay.report add column recall_key bytea;
create index report_recalled on assay.report (workspace_id, recall_key, created_at desc) where recall_key is not null;
alter table assay.job add column recalled_from uuid;
alter table assay.job add column timings jsonb;
alter table assay.job add foreign key (workspace_id, recalled_from) references assay.job (workspace_id, id);

-- The question asked most, in one round trip. The workspace is set for this statement alone, and row-level security
-- holds as everywhere: the function has no rights but its caller's.
create function assay.job_by_id(workspace uuid, job uuid) returns setof assay.job language plpgsql as $$
begin
  perform set_config('app.ws', workspace::text, true);
  return query select * from assay.job j where j.id = job;
end $$;
revoke all on function assay.job_by_id(uuid, uuid) from public;
grant execute on function assay.job_by_id(uuid, uuid) to assay_api, assay_worker;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}

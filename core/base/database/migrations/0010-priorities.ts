import { type Kysely, sql } from 'kysely';

/**
 * A job may go before others of its workspace, at their cost and at that of no other workspace: it takes the place of the
 * first one that waits with a lower priority, which takes the place of the next one, and so on.
 */
const statements = `
alter table assay.job add column priority smallint not null default 0 check (priority between -1 and 1);
-- How often others went before it. Whoever was passed so often that it is enough is not passed again.
alter table assay.reservation add column passed integer not null default 0;

-- Needs the lock on the workspace's row that assay.reserve took. What somebody else holds is about to end, and stays
-- where it is. Answers what has another place now.
create function assay.overtake(workspace uuid, given uuid, enough integer)
  returns table (subject uuid, place integer) language plpgsql as $$
declare last integer; rank smallint;
begin
  select r.place, j.priority into last, rank from assay.reservation r
    join assay.job j on j.workspace_id = workspace and j.id = given
   where r.workspace_id = workspace and r.subject = given;
  return query
    with waiting as materialized (
      select r.subject, r.place from assay.reservation r
       where r.workspace_id = workspace and r.passed < enough and r.place < last
         and exists (select from assay.job j where j.workspace_id = workspace and j.id = r.subject
                                               and j.state = 'queued' and j.priority < rank)
         for update of r skip locked),
    chain as materialized (
      select w.subject, lead(w.place, 1, last) over (order by w.place, w.subject) as place from waiting w
      union all
      select given, min(w.place) from waiting w having count(*) > 0)
    update assay.reservation r
       set place = chain.place, passed = r.passed + case when r.subject = given then 0 else 1 end
      from chain where r.workspace_id = workspace and r.subject = chain.subject
    returning r.subject, r.place;
end $$;
revoke all on function assay.overtake from public;
grant execute on function assay.overtake to assay_api, assay_worker;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}

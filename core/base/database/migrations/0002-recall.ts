import { type Kysely, sql } from 'kysely';

/**
 * A job that was carried out before is answered from its report: the report is found by a keyed hash of everything
 * that went into it, and the later job names the job that made it. Every job keeps how its time was spent.
 */
const statements = `
alter table assay.report add column recall_key bytea;
create index report_recalled on assay.report (workspace_id, recall_key, created_at desc) where recall_key is not null;
alter table assay.job add column recalled_from uuid;
alter table assay.job add column timings jsonb;
alter table assay.job add foreign key (workspace_id, recalled_from) references assay.job (workspace_id, id);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}

import { type Kysely, sql } from 'kysely';

/**
 * A job can make data sets. Each names its job, whose inputs are what it was made of; the job names what it made, also
 * where it was recalled.
 */
const statements = `
alter table assay.dataset add column made_by_job uuid;
alter table assay.dataset add foreign key (workspace_id, made_by_job) references assay.job (workspace_id, id);
create index dataset_made on assay.dataset (workspace_id, made_by_job) where made_by_job is not null;
create index job_input_of on assay.job_input (workspace_id, dataset_id);
alter table assay.job add column made uuid[];
grant insert on assay.dataset to assay_worker;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}

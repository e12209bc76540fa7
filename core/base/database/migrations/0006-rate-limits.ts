import { type Kysely, sql } from 'kysely';

/**
 * Counts of requests and attempts (`base/limits`), by a keyed hash of whose they are. Unlogged: after a crash of the server
 * everybody begins anew, and no request waits for a disk. Only the api counts; nothing in it belongs to a workspace.
 */
const statements = `
create unlogged table assay.rate_limit (
  key text primary key,
  points integer not null default 0,
  expire bigint
) with (fillfactor = 70);
alter table assay.rate_limit enable row level security;
alter table assay.rate_limit force row level security;
create policy counts on assay.rate_limit to assay_api using (true) with check (true);
create policy owner_all on assay.rate_limit to current_user using (true) with check (true);
grant select, insert, update, delete on assay.rate_limit to assay_api;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}

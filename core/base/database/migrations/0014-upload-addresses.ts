import { type Kysely, sql } from 'kysely';

/** An address that takes one upload is a token of a kind of its own: it opens nothing else, once, for minutes. */
const statements = `
alter table assay.token drop constraint token_kind_check;
alter table assay.token add constraint token_kind_check check (kind in ('start', 'api', 'upload'));
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}

import { type Kysely, sql } from 'kysely';

/**
 * What tools say of themselves, phrase by phrase, for the search in plain words. It belongs to no workspace: which tools one sees is
 * decided by its own list of tools, and a search is over those. Rows follow from a plugin's digest, so they are only ever added and
 * taken away.
 */
const statements = `
create extension if not exists pg_trgm with schema assay;
create table assay.tool_phrase (
  plugin_digest text not null check (length(plugin_digest) <= 80),
  tool text not null check (length(tool) <= 100),
  kind text not null check (kind in ('name', 'title', 'question', 'use', 'example', 'synonym')),
  phrase text not null check (length(phrase) <= 400),
  words tsvector not null generated always as (to_tsvector('english', phrase)) stored,
  primary key (plugin_digest, tool, kind, phrase)
);
alter table assay.tool_phrase enable row level security;
alter table assay.tool_phrase force row level security;
create policy everybody on assay.tool_phrase to assay_api using (true) with check (true);
create policy owner_all on assay.tool_phrase to current_user using (true) with check (true);
grant select, insert, delete on assay.tool_phrase to assay_api;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}

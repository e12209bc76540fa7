import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';

/** How many keys of all workspaces are still wrapped by an older root key than this version. */
export async function countUnderOlderRoot(query: Query, version: number): Promise<number> {
  const { rows } = await sql<{ left: string }>`
    select assay.keys_under_older_root(${version}) as left`.execute(query);
  return Number(rows[0]?.left ?? 0);
}

/** Tells the workspace's running rotation of the root key how far all workspaces are; it ends when none is left. */
export async function tellRootRotation(query: Query): Promise<void> {
  const open = await query
    .selectFrom('assay.rotation')
    .select(['id', 'total', 'to_version'])
    .where('key', '=', 'root')
    .where('state', '=', 'running')
    .forUpdate()
    .executeTakeFirst();
  if (!open) return;
  const left = await countUnderOlderRoot(query, open.to_version);
  await query
    .updateTable('assay.rotation')
    .set({
      rewrapped: Math.max(0, open.total - left),
      ...(left === 0 ? { state: 'done' as const, finished_at: new Date() } : {}),
    })
    .where('id', '=', open.id)
    .execute();
}

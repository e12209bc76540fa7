import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import type { ReadNodes } from '../../base/transparency/index.ts';

/** Nodes of the tree as they stand in the rows: level 0 are the leaves. */
export function nodesIn(query: Query): ReadNodes {
  return async (wanted) => {
    if (wanted.length === 0) return [];
    const { rows } = await sql<{ hash: Buffer | null }>`
      select coalesce(l.hash, n.hash) as hash
        from unnest(${wanted.map(({ level }) => level)}::smallint[], ${wanted.map(({ index }) => index)}::bigint[])
             with ordinality as w (level, index, place)
        left join assay.audit_leaf l on w.level = 0 and l.index = w.index
        left join assay.audit_node n on w.level > 0 and n.level = w.level and n.index = w.index
       order by w.place`.execute(query);
    return rows.map(({ hash }, at) => {
      if (hash) return hash;
      const node = wanted[at];
      throw new Error(`the audit tree has no node ${node?.index} at level ${node?.level}`);
    });
  };
}

export interface Head {
  readonly size: number;
  readonly note: string;
  readonly signedAt: Date;
}

/** The newest signed head; undefined before the first. */
export async function latestHead(query: Query): Promise<Head | undefined> {
  const row = await query
    .selectFrom('assay.audit_checkpoint')
    .selectAll()
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { size: Number(row.size), note: row.note, signedAt: row.signed_at };
}

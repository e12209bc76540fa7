import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import {
  type ExportLeaf,
  formatExportCheckpoint,
  formatExportHeader,
  formatExportLeaf,
  formatProof,
  inclusionProof,
  leafHash,
  leafTag,
  readerSignedBytes,
  verifyInclusion,
} from '../../base/transparency/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import {
  type AuditRow,
  isGenuine,
  latestHead,
  leafBytes,
  leafDocument,
  logOrigin,
  nodesIn,
  openHead,
  requireLeaf,
  tagKeyOf,
} from '../audit/index.ts';
import type { Deps } from '../deps.ts';

type Reading = Pick<Deps, 'database' | 'keys'>;

const batchLeaves = 500;

/** How long a record may wait for a signed head; heads are signed by the minute or so. */
const patience = '10 minutes';

type LeafRow = { index: string; hash: Buffer; tag: Buffer; genuine: boolean; signature: Buffer } & {
  [K in keyof AuditRow]: AuditRow[K] | null;
};

function leafOf(deps: Reading, tagKey: Buffer, row: LeafRow): ExportLeaf {
  const { hash, tag, genuine, signature } = row;
  const leaf = { index: Number(row.index), hash, tag, genuine, signature };
  if (!leafTag(tagKey, logOrigin(deps.keys), leaf.index).equals(tag)) return leaf;
  if (row.seq === null) return { ...leaf, fault: 'its record is gone from the database' };
  const record = row as unknown as AuditRow;
  const fault = isGenuine(deps, record) ? {} : { fault: 'its MAC does not fit: it was altered or forged' };
  return { ...leaf, record: { ...leafDocument(record) }, ...fault };
}

async function countBehind(query: Query, size: number): Promise<number> {
  const { rows } = await sql<{ behind: string }>`
    select count(*) as behind from assay.audit_record r left join assay.audit_leaf l on l.seq = r.seq
     where r.at < now() - ${patience}::interval and (l.index is null or l.index >= ${size})`.execute(query);
  return Number(rows[0]?.behind ?? 0);
}

/**
 * The audit trail up to its newest signed head, line by line (`assay-audit/1`, docs/security/audit-log.md): every leaf of
 * the tree, with the records of the caller's workspace. Of a record that is gone from the
 * database, or whose MAC does not fit, its `fault` says so.
 */
export async function* exportTrail(deps: Reading, context: Context): AsyncGenerator<string, void> {
  requirePermission(context, 'audit:read');
  const { workspace } = context;
  const { keys } = deps;
  const head = await deps.database.withWorkspace(workspace, latestHead);
  if (!head)
    throw new AssayError(
      'audit.record_not_found',
      'No head of the audit trail was signed yet; wait a minute.',
      {
        retryAfter: 10,
      },
    );
  const { size } = head;
  const origin = logOrigin(keys);
  const tagKey = tagKeyOf(deps, workspace);
  const behind = await deps.database.withWorkspace(workspace, (query) => countBehind(query, size));
  const signature = keys.signLeaf(readerSignedBytes(origin, workspace, tagKey));
  yield `${formatExportHeader({ origin, size, reader: workspace, tagKey, signature, behind })}\n`;
  for (let from = 0; from < size; from += batchLeaves) {
    const rows = await deps.database.withWorkspace(workspace, async (query) => {
      const until = Math.min(from + batchLeaves, size);
      const { rows: found } = await sql<LeafRow>`
        select l.index, l.hash, l.tag, l.genuine, l.signature, r.*
          from assay.audit_leaf l left join assay.audit_record r on r.seq = l.seq
         where l.index >= ${from} and l.index < ${until} order by l.index`.execute(query);
      return found;
    });
    yield rows.map((row) => `${formatExportLeaf(leafOf(deps, tagKey, row))}\n`).join('');
  }
  yield `${formatExportCheckpoint(head.note)}\n`;
}

/**
 * Proof (C2SP tlog-proof) that a record of the workspace is in the tree of the newest signed head, and the record whose
 * canonical JSON it proves.
 * @throws AssayError `audit.record_not_found`, also while no signed head has it; `audit.altered`
 */
export async function proveRecord(
  deps: Reading,
  context: Context,
  request: { readonly seq: number },
): Promise<{ readonly proof: string; readonly record: object }> {
  requirePermission(context, 'audit:read');
  return deps.database.withWorkspace(context.workspace, async (query) => {
    const head = await latestHead(query);
    const row = await query
      .selectFrom('assay.audit_record as r')
      .innerJoin('assay.audit_leaf as l', 'l.seq', 'r.seq')
      .selectAll('r')
      .select(['l.index', 'l.hash', 'l.tag', 'l.genuine', 'l.signature'])
      .where('r.seq', '=', String(request.seq))
      .executeTakeFirst();
    if (!row || !head || Number(row.index) >= head.size)
      throw new AssayError(
        'audit.record_not_found',
        `No signed head has a record ${request.seq} of this workspace yet.`,
      );
    const { hash, tag, genuine, signature } = row;
    const index = Number(row.index);
    requireLeaf(deps, { index, hash, tag, genuine, signature });
    const hashes = await inclusionProof(index, head.size, nodesIn(query));
    const { root } = openHead(deps, head);
    const holds = genuine && isGenuine(deps, row) && leafHash(leafBytes(row)).equals(hash);
    if (!holds || !verifyInclusion(hash, index, head.size, hashes, root))
      throw new AssayError(
        'audit.altered',
        `Record ${request.seq} is not what was put into the tree, or the tree was altered; "assay audit verify" says more.`,
      );
    return { proof: formatProof({ index, hashes, checkpoint: head.note }), record: leafDocument(row) };
  });
}

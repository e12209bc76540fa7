import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import {
  type ExportLeaf,
  formatExportCheckpoint,
  formatExportHeader,
  formatExportLeaf,
  formatProof,
  inclusionProof,
} from '../../base/transparency/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import { type AuditRow, latestHead, leafDocument, logOrigin, macInput, nodesIn } from '../audit/index.ts';
import type { Deps } from '../deps.ts';

type Reading = Pick<Deps, 'database' | 'keys'>;

const batchLeaves = 500;

type LeafRow = { index: string; hash: Buffer; signature: Buffer; leaf_workspace: string } & {
  [K in keyof AuditRow]: AuditRow[K] | null;
};

/** True where the MAC is the one that whoever wrote the record gave it. */
function isGenuine({ keys }: Pick<Deps, 'keys'>, row: AuditRow): boolean {
  return keys.mac('audit', macInput(row)).equals(row.mac);
}

function leafOf(deps: Reading, workspace: string, row: LeafRow): ExportLeaf {
  const { hash, signature, leaf_workspace } = row;
  const leaf = { index: Number(row.index), hash, signature };
  if (leaf_workspace !== workspace) return leaf;
  if (row.seq === null) return { ...leaf, fault: 'its record is gone from the database' };
  const record = row as unknown as AuditRow;
  const fault = isGenuine(deps, record) ? {} : { fault: 'its MAC does not fit: it was altered or forged' };
  return { ...leaf, record: { ...leafDocument(record) }, ...fault };
}

/**
 * The audit trail up to its newest signed head, line by line (`assay-audit/1`, docs/security/audit-log.md): every leaf of
 * the tree, with the records of the caller's workspace. Of a record that is gone from the
 * database, or whose MAC does not fit, its `fault` says so.
 */
export async function* exportTrail(deps: Reading, context: Context): AsyncGenerator<string, void> {
  requirePermission(context, 'audit:read');
  const { workspace } = context;
  const head = await deps.database.withWorkspace(workspace, latestHead);
  if (!head)
    throw new AssayError(
      'audit.record_not_found',
      'No head of the audit trail was signed yet; wait a minute.',
      {
        retryAfter: 10,
      },
    );
  yield `${formatExportHeader({ origin: logOrigin(deps.keys), size: head.size })}\n`;
  for (let from = 0; from < head.size; from += batchLeaves) {
    const rows = await deps.database.withWorkspace(workspace, async (query) => {
      const until = Math.min(from + batchLeaves, head.size);
      const { rows: found } = await sql<LeafRow>`
        select l.index, l.hash, l.signature, l.workspace_id as leaf_workspace, r.*
          from assay.audit_leaf l left join assay.audit_record r on r.seq = l.seq
         where l.index >= ${from} and l.index < ${until} order by l.index`.execute(query);
      return found;
    });
    yield rows.map((row) => `${formatExportLeaf(leafOf(deps, workspace, row))}\n`).join('');
  }
  yield `${formatExportCheckpoint(head.note)}\n`;
}

/**
 * Proof (C2SP tlog-proof) that a record of the workspace is in the tree of the newest signed head, and the record whose
 * canonical JSON it proves.
 * @throws AssayError `audit.record_not_found`, also while no signed head has it
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
      .select('l.index')
      .where('r.seq', '=', String(request.seq))
      .executeTakeFirst();
    if (!row || !head || Number(row.index) >= head.size)
      throw new AssayError(
        'audit.record_not_found',
        `No signed head has a record ${request.seq} of this workspace yet.`,
      );
    const index = Number(row.index);
    const hashes = await inclusionProof(index, head.size, nodesIn(query));
    return { proof: formatProof({ index, hashes, checkpoint: head.note }), record: leafDocument(row) };
  });
}

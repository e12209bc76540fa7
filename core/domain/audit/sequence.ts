import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import {
  appendLeaves,
  formatCheckpoint,
  leafHash,
  leafSignedBytes,
  signNote,
  treeRoot,
} from '../../base/transparency/index.ts';
import type { Deps } from '../deps.ts';
import { type AuditRow, leafBytes } from './leaf.ts';
import { logOrigin, logSigner } from './origin.ts';
import { latestHead, nodesIn } from './tree.ts';

type SequenceDeps = Pick<Deps, 'database' | 'keys'>;

const batchRecords = 1000;
const sequencerLock = 7_218_301_123;

export interface SequenceOptions {
  /** Longest time until a new head is signed; after a whole batch it is signed at once. */
  readonly checkpointMs: number;
}

async function sizeOf(query: Query): Promise<number> {
  const { rows } = await sql<{ size: string }>`
    select coalesce(max(index) + 1, 0) as size from assay.audit_leaf`.execute(query);
  return Number(rows[0]?.size ?? 0);
}

async function append({ keys }: SequenceDeps, query: Query, size: number, rows: readonly AuditRow[]) {
  const origin = logOrigin(keys);
  const hashes = rows.map((row) => leafHash(leafBytes(row)));
  const nodes = await appendLeaves(size, hashes, nodesIn(query));
  const signatures = hashes.map((hash, at) => keys.signLeaf(leafSignedBytes(origin, size + at, hash)));
  await sql`
    insert into assay.audit_leaf (index, seq, workspace_id, hash, signature)
    select * from unnest(${hashes.map((_, at) => size + at)}::bigint[], ${rows.map(({ seq }) => seq)}::bigint[],
      ${rows.map((row) => row.workspace_id)}::uuid[], ${hashes}::bytea[], ${signatures}::bytea[])`.execute(
    query,
  );
  const inner = nodes.filter(({ level }) => level > 0);
  await sql`
    insert into assay.audit_node (level, index, hash)
    select * from unnest(${inner.map(({ level }) => level)}::smallint[], ${inner.map(({ index }) => index)}::bigint[],
      ${inner.map(({ hash }) => hash)}::bytea[])`.execute(query);
  await sql`delete from assay.audit_waiting where seq = any(${rows.map(({ seq }) => seq)}::bigint[])`.execute(
    query,
  );
}

async function signHead({ keys }: SequenceDeps, query: Query, size: number): Promise<void> {
  const root = await treeRoot(size, nodesIn(query));
  const note = await signNote(formatCheckpoint({ origin: logOrigin(keys), size, root }), [logSigner(keys)]);
  await query.insertInto('assay.audit_checkpoint').values({ size, note }).execute();
}

/**
 * Puts records that wait into the tree, in the order of their numbers, and signs a head when one is due. One at a time
 * over all processes: whoever does not get the lock does nothing. Each call is one transaction, so a crash leaves the
 * tree as it was.
 * @param sign whether a head is due in any case, as at the end of a worker
 * @returns how many records were put into the tree; a whole batch means that there may be more
 */
export async function sequenceRecords(
  deps: SequenceDeps,
  options: SequenceOptions,
  sign = false,
): Promise<{ readonly appended: number; readonly more: boolean }> {
  deps.keys.require();
  return deps.database.withoutWorkspace(async (query) => {
    const { rows: locks } = await sql<{ held: boolean }>`
      select pg_try_advisory_xact_lock(${sequencerLock}) as held`.execute(query);
    if (!locks[0]?.held) return { appended: 0, more: false };
    const { rows } = await sql<AuditRow>`select * from assay.audit_next(${batchRecords})`.execute(query);
    const before = await sizeOf(query);
    if (rows.length > 0) await append(deps, query, before, rows);
    const size = before + rows.length;
    const head = await latestHead(query);
    const late = Date.now() - (head?.signedAt.getTime() ?? 0) >= options.checkpointMs;
    const due = sign || late || size - (head?.size ?? 0) >= batchRecords;
    if (size > (head?.size ?? 0) && due) await signHead(deps, query, size);
    return { appended: rows.length, more: rows.length === batchRecords };
  });
}

import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import {
  formatCheckpoint,
  leafHash,
  leafSignedBytes,
  leafTag,
  signNote,
} from '../../base/transparency/index.ts';
import type { Deps } from '../deps.ts';
import { type AuditRow, isGenuine, leafBytes, tagKeyOf } from './leaf.ts';
import { logOrigin, logSigner } from './origin.ts';
import { latestHead } from './tree.ts';
import { openTree, type TrustedTree } from './trusted-tree.ts';

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

async function append(deps: SequenceDeps, query: Query, tree: TrustedTree, rows: readonly AuditRow[]) {
  const { keys } = deps;
  const origin = logOrigin(keys);
  const leaves = rows.map((row, at) => {
    const index = tree.size + at;
    const tag = leafTag(tagKeyOf(deps, row.workspace_id), origin, index);
    const leaf = { index, hash: leafHash(leafBytes(row)), tag, genuine: isGenuine(deps, row) };
    return { ...leaf, seq: row.seq, signature: keys.signLeaf(leafSignedBytes(origin, leaf)) };
  });
  const nodes = await tree.append(leaves.map(({ hash }) => hash));
  await sql`
    insert into assay.audit_leaf (index, seq, hash, tag, genuine, signature)
    select * from unnest(${leaves.map(({ index }) => index)}::bigint[], ${leaves.map(({ seq }) => seq)}::bigint[],
      ${leaves.map(({ hash }) => hash)}::bytea[], ${leaves.map(({ tag }) => tag)}::bytea[],
      ${leaves.map(({ genuine }) => genuine)}::boolean[],
      ${leaves.map(({ signature }) => signature)}::bytea[])`.execute(query);
  const inner = nodes.filter(({ level }) => level > 0);
  await sql`
    insert into assay.audit_node (level, index, hash)
    select * from unnest(${inner.map(({ level }) => level)}::smallint[], ${inner.map(({ index }) => index)}::bigint[],
      ${inner.map(({ hash }) => hash)}::bytea[])`.execute(query);
  await sql`delete from assay.audit_waiting where seq = any(${rows.map(({ seq }) => seq)}::bigint[])`.execute(
    query,
  );
}

async function signHead({ keys }: SequenceDeps, query: Query, tree: TrustedTree): Promise<void> {
  const { size } = tree;
  const text = formatCheckpoint({ origin: logOrigin(keys), size, root: await tree.root() });
  const note = await signNote(text, [logSigner(keys)]);
  await query.insertInto('assay.audit_checkpoint').values({ size, note }).execute();
}

/** Does the work where no other process is at it, in one transaction; undefined where one is. */
async function alone<T>(
  { database }: SequenceDeps,
  work: (query: Query) => Promise<T>,
): Promise<T | undefined> {
  return database.withoutWorkspace(async (query) => {
    const { rows } = await sql<{ held: boolean }>`
      select pg_try_advisory_xact_lock(${sequencerLock}) as held`.execute(query);
    return rows[0]?.held ? work(query) : undefined;
  });
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
  const done = await alone(deps, async (query) => {
    const { rows } = await sql<AuditRow>`select * from assay.audit_next(${batchRecords})`.execute(query);
    const head = await latestHead(query);
    const unsigned = (await sizeOf(query)) + rows.length - (head?.size ?? 0);
    const late = Date.now() - (head?.signedAt.getTime() ?? 0) >= options.checkpointMs;
    const due = unsigned > 0 && (sign || late || unsigned >= batchRecords);
    if (rows.length === 0 && !due) return { appended: 0, more: false };
    const tree = await openTree(deps, query, head);
    if (rows.length > 0) await append(deps, query, tree, rows);
    if (due) await signHead(deps, query, tree);
    return { appended: rows.length, more: rows.length === batchRecords };
  });
  return done ?? { appended: 0, more: false };
}

/**
 * Has records put into the tree that are in none and do not wait for it either: whoever took them out, or put them in,
 * had the triggers off. Reads every record, so it is for now and then.
 * @returns how many
 */
export async function recallMissed(deps: SequenceDeps): Promise<number> {
  const found = await alone(deps, async (query) => {
    const { rows } = await sql<{ missed: string }>`select assay.audit_missed() as missed`.execute(query);
    return Number(rows[0]?.missed ?? 0);
  });
  return found ?? 0;
}

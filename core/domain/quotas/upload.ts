import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import type { Deps } from '../deps.ts';
import { requireRoom } from './reserve.ts';
import { ledgerLimits } from './resources.ts';
import { nothingSpent, settleReservation } from './settle.ts';

/** Most bytes that are held ahead of those that came, where nobody announced how many there will be. */
const mostAhead = 64 * 1024 * 1024;
const leastAhead = 64 * 1024;
const renewMs = 60_000;
/** After this long without a sign of life an upload is taken for dead: its process was killed. */
const deadAfterMinutes = 15;

type MeterDeps = Pick<Deps, 'database' | 'limits'>;

interface Upload {
  readonly workspace: string;
  /** Id of the data set that it will be. */
  readonly subject: string;
  /** Bytes that are held from the start. */
  readonly bytes: number;
}

/** Bytes to hold at the start: as many as were announced, or the first step. */
export function firstBytes(announced: number | undefined, most: number): number {
  return Math.min(announced ?? leastAhead, most);
}

/** Holds more bytes; false where there is no room for them, undefined where nothing is held for the upload any more. */
async function extend(
  { limits }: MeterDeps,
  query: Query,
  { workspace, subject }: Upload,
  more: number,
): Promise<boolean | undefined> {
  const { bytes: limit } = ledgerLimits(limits.quotas);
  const { rows } = await sql<{ held: boolean; extended: boolean }>`
    with held as (
      select workspace_id from assay.reservation
       where workspace_id = ${workspace} and subject = ${subject} and renewed_at is not null for update),
    room as (
      update assay.quota q set bytes_reserved = q.bytes_reserved + ${more}::bigint
        from held where q.workspace_id = held.workspace_id
         and q.bytes_used + q.bytes_reserved + ${more}::bigint <= coalesce(q.bytes_limit, ${limit}::bigint)
      returning q.workspace_id),
    extended as (
      update assay.reservation r set bytes = r.bytes + ${more}::bigint, renewed_at = now()
        from room where r.workspace_id = room.workspace_id and r.subject = ${subject} returning r.subject)
    select exists (select 1 from held) as held, exists (select 1 from extended) as extended`.execute(query);
  const [found] = rows;
  return found?.held ? found.extended : undefined;
}

/** Says that bytes still come. */
async function renew({ database }: MeterDeps, { workspace, subject }: Upload): Promise<void> {
  const renewed = await database.withWorkspace(workspace, (query) =>
    query
      .updateTable('assay.reservation')
      .set({ renewed_at: new Date() })
      .where('subject', '=', subject)
      .where('renewed_at', 'is not', null)
      .returning('subject')
      .executeTakeFirst(),
  );
  if (!renewed) throw standingStill();
}

function standingStill(): AssayError {
  return new AssayError(
    'request.timeout',
    `The upload stood still for longer than ${deadAfterMinutes} minutes; nothing was kept.`,
  );
}

/**
 * Counts the bytes of an upload against what is held for it, and holds more before they are stored.
 * @returns to be called with the bytes so far, for every piece
 * @throws AssayError `quota.exceeded`, `request.timeout`
 */
export function meterUpload(deps: MeterDeps, upload: Upload): (bytes: number) => Promise<void> {
  const { workspace } = upload;
  let { bytes: held } = upload;
  let renewed = Date.now();

  async function hold(needed: number): Promise<void> {
    await deps.database.withWorkspace(workspace, async (query) => {
      const ahead = Math.min(Math.max(held, leastAhead), mostAhead);
      for (const more of new Set([Math.max(needed, ahead), needed])) {
        const extended = await extend(deps, query, upload, more);
        if (extended === undefined) throw standingStill();
        if (!extended) continue;
        held += more;
        return;
      }
      await requireRoom(deps, query, workspace, { jobs: 0, cpu: 0, bytes: needed });
      throw new AssayError('quota.exceeded', 'The quota stored_bytes of this workspace is used up.');
    });
  }

  return async (bytes) => {
    if (bytes > held) await hold(bytes - held);
    else if (Date.now() - renewed > renewMs) await renew(deps, upload);
    else return;
    renewed = Date.now();
  };
}

/**
 * The bytes are stored: they count as used, and what else is held waits for the job that reads them.
 * @returns the place in the line
 * @throws AssayError `request.timeout` where nothing is held any more
 */
export async function settleUpload(
  query: Query,
  { workspace, subject }: Omit<Upload, 'bytes'>,
  bytes: number,
): Promise<number> {
  const { rows } = await sql<{ place: number }>`
    with held as (
      select workspace_id, bytes, place from assay.reservation
       where workspace_id = ${workspace} and subject = ${subject} and renewed_at is not null for update),
    kept as (
      update assay.reservation r set bytes = 0, renewed_at = null
        from held where r.workspace_id = held.workspace_id and r.subject = ${subject} returning r.subject)
    update assay.quota q
       set bytes_reserved = q.bytes_reserved - held.bytes, bytes_used = q.bytes_used + ${bytes}::bigint
      from held where q.workspace_id = held.workspace_id and exists (select 1 from kept)
    returning held.place`.execute(query);
  const [settled] = rows;
  if (!settled) throw standingStill();
  return settled.place;
}

/** Gives back what uploads hold that nobody carries on with: their process was killed. @returns how many there were */
export async function releaseDeadUploads(deps: Pick<Deps, 'database' | 'log'>): Promise<number> {
  const age = `${deadAfterMinutes} minutes`;
  const dead = await deps.database.withoutWorkspace(async (query) => {
    const { rows } = await sql<{ workspace_id: string; subject: string }>`
      select * from assay.stale_uploads(${age}::interval)`.execute(query);
    return rows;
  });
  for (const { workspace_id: workspace, subject } of dead)
    await deps.database.withWorkspace(workspace, async (query) => {
      // It may have come back to life since the look.
      const { rows } = await sql`
        select 1 from assay.reservation where subject = ${subject} and renewed_at < now() - ${age}::interval
           for update`.execute(query);
      if (rows.length > 0) await settleReservation(query, workspace, subject, nothingSpent);
    });
  if (dead.length > 0) deps.log.warn({ uploads: dead.length }, 'what dead uploads held was given back');
  return dead.length;
}

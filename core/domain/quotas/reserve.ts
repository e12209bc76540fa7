import { AssayError } from '@assay/sdk';
import { type RawBuilder, sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import type { Deps } from '../deps.ts';
import { refusalOf } from './refuse.ts';
import { type Amounts, ledgerLimits } from './resources.ts';
import { readStanding } from './row.ts';

type QuotaDeps = Pick<Deps, 'limits' | 'queue'>;

export interface ReserveRequest {
  readonly workspace: string;
  /** The job, or the data set that is being received. */
  readonly subject: string;
  readonly amounts: Amounts;
  /** Message of the job, already sent; it is given its place in the same statement, so that the lock is short. */
  readonly message?: string;
  /** True while bytes come: it ends by itself where nobody says any more that they do. */
  readonly upload?: boolean;
  /** True for what follows from something that was admitted before: it is counted, and not refused. */
  readonly admitted?: boolean;
}

/** Times that room is looked for where the look says there is some and the ledger said there was none. */
const tries = 3;

const big = (number: number): RawBuilder<number> => sql`${number}::bigint`;

/** What is asked for, and the limits of a workspace that has none of its own, as arguments. */
function asked({ jobs, cpu, bytes }: Amounts, deps: Pick<Deps, 'limits'>): RawBuilder<unknown> {
  const most = ledgerLimits(deps.limits.quotas);
  return sql.join([jobs, cpu, bytes, most.jobs, most.cpu, most.bytes].map(big));
}

/** Says why there is no room; nothing where there is some by now. */
async function refuse(
  { limits }: Pick<Deps, 'limits'>,
  query: Query,
  workspace: string,
  amounts: Amounts,
): Promise<void> {
  const standing = await readStanding(query, workspace, limits.quotas);
  if (!standing) throw new AssayError('workspace.not_found', 'There is no such workspace.');
  const refusal = refusalOf(standing, amounts);
  if (refusal) throw refusal;
}

/**
 * Refuses what has no room at the moment, cheaply and without a lock: most of what comes in a flood. What passes has to
 * reserve all the same.
 * @throws AssayError `quota.exceeded`
 */
export async function requireRoom(
  deps: Pick<Deps, 'limits'>,
  query: Query,
  workspace: string,
  amounts: Amounts,
): Promise<void> {
  const { rows } = await sql<{ room: boolean | null }>`
    select assay.may_reserve(${workspace}::uuid, ${asked(amounts, deps)}) as room`.execute(query);
  if (rows[0]?.room !== true) await refuse(deps, query, workspace, amounts);
}

/** The place in the line; undefined where there is no room. The rules stand in `assay.reserve` (migration 0007). */
async function tryReserve(
  deps: QuotaDeps,
  query: Query,
  request: ReserveRequest,
): Promise<number | undefined> {
  const { workspace, subject, amounts, message, upload = false, admitted = false } = request;
  const placed =
    message === undefined ? sql`` : sql`, placed as (${deps.queue.placing('job', message, sql`room`)})`;
  const { rows } = await sql<{ place: number }>`
    with room as materialized (
      select r.place from assay.reserve(${workspace}::uuid, ${subject}::uuid, ${asked(amounts, deps)},
                                        ${upload}::boolean, ${admitted}::boolean) as r (place)
       where r.place is not null)
    ${placed}
    select place from room`.execute(query);
  return rows[0]?.place;
}

/**
 * Holds what a job or an upload may need, in the transaction that admits it. It locks the row of the workspace until the
 * commit, so it comes last: after the rows of the job and its message.
 * @returns the place in the line of all workspaces: the smallest is served first (`clock.ts`)
 * @throws AssayError `quota.exceeded`
 */
export async function reserve(deps: QuotaDeps, query: Query, request: ReserveRequest): Promise<number> {
  for (let i = 0; i < tries; i += 1) {
    const place = await tryReserve(deps, query, request);
    if (place !== undefined) return place;
    await refuse(deps, query, request.workspace, request.amounts);
  }
  throw new AssayError('quota.exceeded', 'The quota of this workspace is used up at the moment.', {
    retryAfter: 1,
  });
}

/** Hands what is held for one subject over to what follows from it. @returns its place; undefined where none is held */
export async function handOver(query: Query, from: string, to: string): Promise<number | undefined> {
  const row = await query
    .updateTable('assay.reservation')
    .set({ subject: to })
    .where('subject', '=', from)
    .returning('place')
    .executeTakeFirst();
  return row?.place;
}

/** The place that a subject has; what was sent once keeps it whenever it is sent again. */
export async function placeOf(query: Query, subject: string): Promise<number> {
  const row = await query
    .selectFrom('assay.reservation')
    .select('place')
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row?.place ?? 0;
}

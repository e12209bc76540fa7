import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import type { Deps } from '../deps.ts';

/** Before what else of its workspace a job is served. */
export type Priority = 'low' | 'normal' | 'high';

/** As it is stored. */
export const ranks: Readonly<Record<Priority, number>> = { low: -1, normal: 0, high: 1 };

export function priorityOf(rank: number): Priority {
  return rank > 0 ? 'high' : rank < 0 ? 'low' : 'normal';
}

/** Jobs that may go before one that came earlier. So the lowest is served too where the highest never end. */
const enough = 20;

/**
 * Puts a job that was just admitted before those of its workspace that wait with a lower priority. It takes their places,
 * so no job of another workspace is served later for it. In the transaction of `reserve`, after it.
 */
export async function overtake(
  deps: Pick<Deps, 'queue'>,
  query: Query,
  { workspace, subject }: { readonly workspace: string; readonly subject: string },
): Promise<void> {
  await sql`
    with moved as materialized (
      select * from assay.overtake(${workspace}::uuid, ${subject}::uuid, ${enough}::integer))
    ${deps.queue.replacing('job', sql`moved`)}`.execute(query);
}

import { sql } from 'kysely';
import type { Database, Query } from '../../base/database/index.ts';
import { movePlaces } from '../../base/queue/index.ts';

/**
 * Fairness between workspaces is start-time fair queueing (Goyal, Vin and Cheng, 1996) where every job weighs the same.
 * The clock is the place that was served last. A job takes the later one of the clock and the place after its
 * workspace's last, and the smallest place is served first, of the same ones the oldest. So the first job of a workspace
 * that had none is before everything of another that waits behind a job of its own, and among workspaces that have jobs
 * waiting no one is ever more than one job ahead. Idleness saves nothing up: who comes back begins at the clock.
 *
 * The clock is a sequence, since a sequence is a register that no transaction holds. Two workers that set it at the same
 * moment may leave it a few places behind; the next message sets it right.
 */
export async function advanceClock(deps: { readonly database: Database }, place: number): Promise<void> {
  await deps.database.withoutWorkspace((query) =>
    sql`select setval('assay.queue_clock', greatest(last_value, ${place}::bigint)) from assay.queue_clock`.execute(
      query,
    ),
  );
}

/** Places are 32-bit numbers in the queue; halfway to their end everything is moved back to the beginning. */
const moveAt = 2 ** 30;

/** Keeps places in their range, at a start: as the owner, before the parts run. */
export async function keepPlacesSmall(query: Query): Promise<void> {
  const { rows } = await sql<{ clock: string }>`select last_value as clock from assay.queue_clock`.execute(
    query,
  );
  const clock = Number(rows[0]?.clock ?? 0);
  if (clock < moveAt) return;
  await sql`update assay.quota set next_place = greatest(next_place - ${clock}::bigint, 0)`.execute(query);
  await sql`update assay.reservation set place = greatest(place - ${clock}::integer, 0)`.execute(query);
  await movePlaces(query, clock);
  await sql`select setval('assay.queue_clock', 0)`.execute(query);
}

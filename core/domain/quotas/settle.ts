import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import { cpuUsed, month } from './row.ts';

/** What there was in the end. */
export interface Spent {
  /** Milliseconds of CPU time; never more is counted than was held. */
  readonly cpu: number;
  /** Bytes that are stored from now on. */
  readonly bytes: number;
}

export const nothingSpent: Spent = { cpu: 0, bytes: 0 };

/**
 * Ends what is held for a subject and counts what was spent instead, in the transaction that ends the subject. A
 * reservation is removed once: where none is held any more, nothing is given back, and no time is counted.
 */
export async function settleReservation(
  query: Query,
  workspace: string,
  subject: string,
  spent: Spent,
): Promise<void> {
  await sql`
    with gone as (
      delete from assay.reservation where workspace_id = ${workspace} and subject = ${subject}
      returning jobs, cpu, bytes),
    held as (
      select coalesce(sum(jobs), 0)::bigint as jobs, coalesce(sum(cpu), 0)::bigint as cpu,
             coalesce(sum(bytes), 0)::bigint as bytes from gone)
    update assay.quota q
       set jobs_reserved = q.jobs_reserved - held.jobs,
           cpu_reserved = q.cpu_reserved - held.cpu,
           cpu_used = ${cpuUsed} + least(${Math.ceil(spent.cpu)}::bigint, held.cpu),
           period = ${month},
           bytes_reserved = q.bytes_reserved - held.bytes,
           bytes_used = q.bytes_used + ${spent.bytes}::bigint
      from held where q.workspace_id = ${workspace}`.execute(query);
}

/** Bytes that are not stored any more. */
export async function releaseBytes(query: Query, workspace: string, bytes: number): Promise<void> {
  await sql`
    update assay.quota set bytes_used = bytes_used - ${bytes}::bigint where workspace_id = ${workspace}`.execute(
    query,
  );
}

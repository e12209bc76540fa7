import { type RawBuilder, sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import { type Amounts, ledgerLimits, type QuotaDefaults } from './resources.ts';

/** The month that it is. What began before midnight must not turn it back. */
export const month: RawBuilder<Date> = sql`greatest(q.period, date_trunc('month', now(), 'UTC'))`;

/** CPU time of this month. */
export const cpuUsed: RawBuilder<number> = sql`assay.cpu_now(q)`;

/** Limits, what was used, and what is held, in the units of the ledger. */
export interface Standing {
  readonly limits: Amounts;
  readonly used: Amounts;
  readonly reserved: Amounts;
  /** Resources whose limit was set for this workspace. */
  readonly own: { readonly jobs: boolean; readonly cpu: boolean; readonly bytes: boolean };
  /** When the month ends, and in how many seconds. */
  readonly resetsAt: Date;
  readonly secondsLeft: number;
}

interface Row {
  jobs_limit: string | null;
  cpu_limit: string | null;
  bytes_limit: string | null;
  jobs_reserved: string;
  cpu_used: string;
  cpu_reserved: string;
  bytes_used: string;
  bytes_reserved: string;
  period: Date;
  at: Date;
}

/** How a workspace stands, without holding anything; undefined where there is no such workspace to be seen. */
export async function readStanding(
  query: Query,
  workspace: string,
  defaults: QuotaDefaults,
): Promise<Standing | undefined> {
  const { rows } = await sql<Row>`
    select q.jobs_limit, q.cpu_limit, q.bytes_limit, q.jobs_reserved, ${cpuUsed} as cpu_used, q.cpu_reserved,
           q.bytes_used, q.bytes_reserved, ${month} as period, now() as at
      from assay.quota q where q.workspace_id = ${workspace}`.execute(query);
  const row = rows[0];
  if (!row) return undefined;
  const limits = ledgerLimits(defaults);
  const resetsAt = new Date(Date.UTC(row.period.getUTCFullYear(), row.period.getUTCMonth() + 1, 1));
  return {
    limits: {
      jobs: Number(row.jobs_limit ?? limits.jobs),
      cpu: Number(row.cpu_limit ?? limits.cpu),
      bytes: Number(row.bytes_limit ?? limits.bytes),
    },
    used: { jobs: 0, cpu: Number(row.cpu_used), bytes: Number(row.bytes_used) },
    reserved: {
      jobs: Number(row.jobs_reserved),
      cpu: Number(row.cpu_reserved),
      bytes: Number(row.bytes_reserved),
    },
    own: { jobs: row.jobs_limit !== null, cpu: row.cpu_limit !== null, bytes: row.bytes_limit !== null },
    resetsAt,
    secondsLeft: Math.max(1, Math.ceil((resetsAt.getTime() - row.at.getTime()) / 1000)),
  };
}

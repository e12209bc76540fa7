/** What a workspace has a limit of. */
export const resources = ['jobs', 'cpu_seconds', 'stored_bytes'] as const;
export type Resource = (typeof resources)[number];

/** Limits of every workspace that has none of its own; what is not there has no limit. */
export interface QuotaDefaults {
  /** Jobs that wait or run at once. */
  readonly jobs?: number;
  /** Seconds of CPU time in a calendar month (UTC). */
  readonly cpuSeconds?: number;
  readonly storedBytes?: number;
}

/** What is asked for, or was used. */
export interface Amounts {
  readonly jobs: number;
  /** Milliseconds of CPU time. */
  readonly cpu: number;
  readonly bytes: number;
}

/** How the ledger says that there is no limit: no sum of what is asked for ever comes near it. */
export const unlimited = Number.MAX_SAFE_INTEGER;

/** The defaults in the units of the ledger. */
export function ledgerLimits(defaults: QuotaDefaults): Amounts {
  const { jobs = unlimited, cpuSeconds, storedBytes: bytes = unlimited } = defaults;
  return { jobs, cpu: cpuSeconds === undefined ? unlimited : cpuSeconds * 1000, bytes };
}

/** A run has one processor: every runtime starts its programs with one thread, and containers get no more. */
const processorsOfRun = 1;

/** What a job holds from its admission on: a place, and all the time that its tool may take. */
export function costOf(manifest: { readonly limits: { readonly seconds: number } }): Amounts {
  return { jobs: 1, cpu: manifest.limits.seconds * 1000 * processorsOfRun, bytes: 0 };
}

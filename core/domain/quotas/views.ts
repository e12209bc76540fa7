import type { Resource } from './resources.ts';

/** A limit with what is left of it. Seconds, bytes or jobs, as the resource says. */
export interface QuotaView {
  readonly resource: Resource;
  /** Not there where there is no limit. */
  readonly limit?: number;
  /** Whether the limit was set for this workspace, or is that of the installation. */
  readonly own: boolean;
  readonly used: number;
  /** Held for what waits, runs or is being uploaded. */
  readonly reserved: number;
  /** When `used` begins anew. */
  readonly resetsAt?: string;
}

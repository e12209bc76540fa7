import type { ErrorCode, Issue, RuntimeDescription, ToolRefusal } from '@assay/sdk';
import type { Priority } from '../quotas/index.ts';

export type JobState = 'queued' | 'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';
export const finalStates: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];

export interface JobProgress {
  readonly stage: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly note?: string;
}

/** Why a job failed. */
export interface JobError {
  readonly code: ErrorCode;
  readonly title: string;
  readonly detail: string;
  readonly tool?: ToolRefusal;
  readonly issues?: readonly Issue[];
}

/** Where a job's time went, in milliseconds. One that was recalled has waited and nothing else. */
export interface JobTimings {
  /** From submission to the attempt that finished. */
  readonly queueMs: number;
  /** To a program that is ready to be handed the job. */
  readonly startMs?: number;
  /** Handing over code and data, and their reading by the program. */
  readonly readMs?: number;
  readonly computeMs?: number;
  /** Checking what came back. */
  readonly verifyMs?: number;
  /** Drawing the report. */
  readonly drawMs?: number;
  /** Encrypting and storing it. */
  readonly storeMs?: number;
}

/** A job as a principal of its workspace sees it. Times are ISO 8601 in UTC. */
export interface JobView {
  readonly id: string;
  readonly state: JobState;
  /** `statistics/t-test` */
  readonly tool: string;
  readonly version: string;
  readonly pluginDigest: string;
  /** Data set by input slot. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly priority: Priority;
  readonly submittedAt: string;
  readonly submittedBy: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly attempts: number;
  readonly progress?: JobProgress;
  readonly error?: JobError;
  readonly report?: string;
  readonly resultDigest?: string;
  /** The job that made the report, where this one found it made already: same tool, data, parameters, seed and runtime. */
  readonly recalledFrom?: string;
  /** Data sets that it made; each is read by a job of `system` before it is ready. */
  readonly made?: readonly string[];
  readonly timings?: JobTimings;
  /** Where it was carried out, and why there. */
  readonly runtime?: RuntimeDescription & { readonly chosen?: string };
  /** Counts every change; the id of server-sent events. */
  readonly revision: number;
}

export interface JobSummary {
  readonly id: string;
  readonly state: JobState;
  readonly tool: string;
  readonly version: string;
  readonly submittedAt: string;
  readonly finishedAt?: string;
  readonly report?: string;
}

/** What `POST /v1/jobs` asks for. */
export interface SubmitRequest {
  /** `statistics/t-test`, or with an exact version `statistics/t-test@1.0.0`. */
  readonly tool: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, unknown>>;
  /** Whole number, 0 to 2147483647; 20261101 where none is given. */
  readonly seed?: number;
  /** `refresh` runs it anew, also where the same was done before; `use` where nothing is said. */
  readonly cache?: 'use' | 'refresh';
  /** Before jobs of the same workspace that wait with a lower one; `normal` where nothing is said. */
  readonly priority?: Priority;
  readonly idempotencyKey?: string;
}

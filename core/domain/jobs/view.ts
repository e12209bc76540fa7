import { AssayError } from '@assay/sdk';
import type { Selectable } from 'kysely';
import type { Query, Tables } from '../../base/database/index.ts';
import type { Cipher } from '../../base/encryption/index.ts';
import { priorityOf } from '../quotas/index.ts';
import type { JobError, JobProgress, JobSummary, JobView } from './views.ts';

export type JobRow = Selectable<Tables['assay.job']>;

/** What a job was asked for; sealed, since parameters name columns and values of customer data. */
export interface SealedRequest {
  readonly inputs: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, unknown>>;
  /** True where it is to be run anew. */
  readonly refresh?: boolean;
}

type Part = 'request' | 'progress' | 'error';

/** Where a sealed part of a job belongs. */
export function sealedPart(part: Part, job: string): string {
  return `job-${part}/v1/${job}`;
}

export function sealPart(cipher: Cipher, part: Part, job: string, value: unknown): Buffer {
  return cipher.seal(sealedPart(part, job), Buffer.from(JSON.stringify(value)));
}

function unsealPart<T>(cipher: Cipher, part: Part, job: string, sealed: Buffer): T {
  return JSON.parse(cipher.unseal(sealedPart(part, job), sealed).toString('utf8')) as T;
}

export function openRequest(cipher: Cipher, row: Pick<JobRow, 'id' | 'request'>): SealedRequest {
  return unsealPart(cipher, 'request', row.id, row.request);
}

/** @throws AssayError `job.not_found`, also for a job of another workspace */
export function foundJob(row: JobRow | undefined, id: string): JobRow {
  if (!row) throw new AssayError('job.not_found', `There is no job ${id} in this workspace.`);
  return row;
}

export async function requireJob(query: Query, id: string): Promise<JobRow> {
  return foundJob(
    await query.selectFrom('assay.job').selectAll().where('id', '=', id).executeTakeFirst(),
    id,
  );
}

export function summariseJob(row: JobRow): JobSummary {
  return {
    id: row.id,
    state: row.state,
    tool: row.tool,
    version: row.version,
    submittedAt: row.submitted_at.toISOString(),
    ...(row.finished_at ? { finishedAt: row.finished_at.toISOString() } : {}),
    ...(row.report ? { report: row.report } : {}),
  };
}

export function viewJob(row: JobRow, cipher: Cipher): JobView {
  const { inputs, params } = openRequest(cipher, row);
  return {
    ...summariseJob(row),
    pluginDigest: row.plugin_digest,
    inputs,
    params,
    seed: row.seed,
    priority: priorityOf(row.priority),
    submittedBy: row.principal_id,
    attempts: row.attempts,
    revision: row.revision,
    ...(row.started_at ? { startedAt: row.started_at.toISOString() } : {}),
    ...(row.progress ? { progress: unsealPart<JobProgress>(cipher, 'progress', row.id, row.progress) } : {}),
    ...(row.error ? { error: unsealPart<JobError>(cipher, 'error', row.id, row.error) } : {}),
    ...(row.result_digest ? { resultDigest: row.result_digest } : {}),
    ...(row.made && row.made.length > 0 ? { made: row.made } : {}),
    ...(row.recalled_from ? { recalledFrom: row.recalled_from } : {}),
    ...(row.timings ? { timings: row.timings as NonNullable<JobView['timings']> } : {}),
    ...(row.runtime ? { runtime: row.runtime as NonNullable<JobView['runtime']> } : {}),
  };
}

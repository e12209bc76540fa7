import { AssayError, errorCodes, type Issue, type Profile, type RuntimeDescription } from '@assay/sdk';
import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import type { WorkspaceCipher } from '../../base/encryption/index.ts';
import { recordArtifact } from '../artifacts/index.ts';
import { recordAudit } from '../audit/index.ts';
import { settleDataset } from '../datasets/index.ts';
import type { Deps } from '../deps.ts';
import { systemPrincipal } from '../workspaces/index.ts';
import { type Attempt, filled } from './steps/attempt.ts';
import { sealPart } from './view.ts';
import type { JobError } from './views.ts';

/** How an attempt came out. `lost` is a fault of ours (a process died, a part was not reachable): tried again. */
export type Outcome =
  | { readonly state: 'succeeded'; readonly attempt: Attempt }
  | { readonly state: 'failed'; readonly error: AssayError }
  | { readonly state: 'cancelled' }
  | { readonly state: 'lost'; readonly why: string; readonly countsAsAttempt: boolean };

/** Which attempt is settled; the lease fences it. */
export interface Settling {
  readonly workspace: string;
  readonly job: string;
  readonly run: string;
  readonly lease: string;
}

export type SettleDeps = Pick<Deps, 'database' | 'queue' | 'ciphers'> & { readonly maxAttempts: number };

function toJobError(error: AssayError): JobError {
  return {
    code: error.code,
    title: errorCodes[error.code].title,
    detail: error.message,
    ...(error.tool ? { tool: error.tool } : {}),
    ...(error.issues.length > 0 ? { issues: error.issues } : {}),
  };
}

/** Why a data set could not be taken, from the way its profile job failed. */
function toReasons(error: AssayError): Issue[] {
  const { tool } = error;
  if (!tool) return [{ pointer: '', code: 'UNREADABLE', detail: error.message }];
  const { row, column } = tool.where ?? {};
  return [
    {
      pointer: '',
      code: tool.code,
      detail: tool.message,
      ...(tool.hint ? { hint: tool.hint } : {}),
      ...(typeof row === 'number' ? { row } : {}),
      ...(typeof column === 'string' ? { column } : {}),
    },
  ];
}

/** Ends the run if the lease still holds it. False means that somebody else has: a zombie changes nothing. */
async function endRun(
  query: Query,
  settling: Settling,
  state: Outcome['state'],
  code: string | null,
): Promise<boolean> {
  const ended = await query
    .updateTable('assay.run')
    .set({ state, error_code: code, finished_at: new Date() })
    .where('id', '=', settling.run)
    .where('lease', '=', settling.lease)
    .where('state', 'in', ['starting', 'running'])
    .returning('id')
    .executeTakeFirst();
  return ended !== undefined;
}

async function writeReport(query: Query, attempt: Attempt): Promise<void> {
  for (const stored of attempt.stored) await recordArtifact(query, attempt.workspace, stored);
  await query
    .insertInto('assay.report')
    .values({
      workspace_id: attempt.workspace,
      id: filled(attempt.report, 'report').id,
      job_id: attempt.job,
      document: filled(attempt.document, 'document').id,
      html: attempt.page?.id ?? null,
      result_digest: filled(attempt.resultDigest, 'resultDigest'),
      recall_key: attempt.recallKey ?? null,
    })
    .execute();
}

/** What a job says of its success; one that was recalled says it of the job that did the work. */
function successOf(attempt: Attempt) {
  const choice = filled(attempt.choice, 'choice').why;
  const rounded = Object.entries(attempt.timings).map(([name, ms]) => [
    name,
    Math.round(Number(ms) * 10) / 10,
  ]);
  const timings = JSON.stringify(Object.fromEntries(rounded));
  const { recalled } = attempt;
  if (recalled) {
    const { report, resultDigest: result_digest, runtime, job: recalled_from } = recalled;
    const where = { ...(runtime as RuntimeDescription), chosen: choice };
    return { report, result_digest, recalled_from, timings, runtime: JSON.stringify(where) };
  }
  return {
    report: filled(attempt.report, 'report').id,
    result_digest: filled(attempt.resultDigest, 'resultDigest'),
    timings,
    runtime: JSON.stringify({ ...filled(attempt.output, 'output').runtime, chosen: choice }),
  };
}

async function finish(
  query: Query,
  settling: Settling,
  cipher: WorkspaceCipher,
  outcome: Exclude<Outcome, { state: 'lost' }>,
) {
  const done = {
    state: outcome.state,
    revision: sql<number>`revision + 1`,
    finished_at: new Date(),
    progress: null,
  };
  const update = query.updateTable('assay.job').where('id', '=', settling.job);
  if (outcome.state === 'succeeded') {
    const { attempt } = outcome;
    if (!attempt.recalled) await writeReport(query, attempt);
    await update.set({ ...done, ...successOf(attempt) }).execute();
  } else if (outcome.state === 'failed') {
    await update
      .set({ ...done, error: sealPart(cipher, 'error', settling.job, toJobError(outcome.error)) })
      .execute();
  } else {
    await update.set(done).execute();
  }
}

/** A data set that was waiting for this job moves on with it. */
async function moveDataset(
  query: Query,
  settling: Settling,
  cipher: WorkspaceCipher,
  outcome: Outcome,
): Promise<void> {
  const waiting = await query
    .selectFrom('assay.dataset')
    .select('id')
    .where('profile_job', '=', settling.job)
    .where('state', '=', 'received')
    .executeTakeFirst();
  if (!waiting) return;
  if (outcome.state === 'succeeded') {
    const { attempt } = outcome;
    const artifacts = filled(attempt.output, 'output').artifacts;
    const profile = filled(attempt.result, 'result').values as Profile;
    const parquet = filled(artifacts.get('parquet'), 'parquet').id;
    const arrow = filled(artifacts.get('arrow'), 'arrow').id;
    await settleDataset(query, cipher, waiting.id, { state: 'ready', profile, parquet, arrow });
  } else if (outcome.state === 'failed') {
    await settleDataset(query, cipher, waiting.id, { state: 'rejected', reasons: toReasons(outcome.error) });
  } else {
    const reasons = [
      { pointer: '', code: 'CANCELLED', detail: 'Reading the file was cancelled; upload it again.' },
    ];
    await settleDataset(query, cipher, waiting.id, { state: 'rejected', reasons });
  }
}

function toTrail({ recalled, resultDigest }: Attempt) {
  return recalled
    ? { resultDigest: recalled.resultDigest, recalledFrom: recalled.job }
    : { resultDigest: filled(resultDigest, 'resultDigest') };
}

function decide(outcome: Outcome, job: { state: string; attempts: number }, maxAttempts: number): Outcome {
  if (job.state === 'cancelling') return { state: 'cancelled' };
  if (outcome.state !== 'lost' || !outcome.countsAsAttempt || job.attempts < maxAttempts) return outcome;
  const detail = `The job was interrupted ${job.attempts} times, last because ${outcome.why}.`;
  return { state: 'failed', error: new AssayError('job.run_lost', detail) };
}

/**
 * Ends an attempt in one transaction: the fenced run, the job, its report and artifacts, the data set that waited,
 * the audit record, or the message that has it tried again. A cancellation that came first wins.
 * @returns the outcome that was written, or undefined where the attempt was not ours to end any more
 */
export async function settle(
  deps: SettleDeps,
  settling: Settling,
  outcome: Outcome,
): Promise<Outcome | undefined> {
  const { workspace, job: id } = settling;
  return deps.database.withWorkspace(workspace, async (query) => {
    const job = await query
      .selectFrom('assay.job')
      .select(['state', 'attempts'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const decided = decide(outcome, job, deps.maxAttempts);
    const code = decided.state === 'failed' ? decided.error.code : null;
    const runState = outcome.state === 'lost' ? 'lost' : decided.state;
    if (!(await endRun(query, settling, runState, code))) return undefined;
    const cipher = await deps.ciphers.of(query, workspace);
    if (decided.state === 'lost') {
      await query
        .updateTable('assay.job')
        .set({
          state: 'queued',
          revision: sql`revision + 1`,
          progress: null,
          attempts: decided.countsAsAttempt ? sql`attempts` : sql`attempts - 1`,
        })
        .where('id', '=', id)
        .execute();
      await deps.queue.send(query, 'job', { workspace, id });
    } else {
      await finish(query, settling, cipher, decided);
      await moveDataset(query, settling, cipher, decided);
    }
    await recordAudit(query, {
      workspace,
      principal: systemPrincipal,
      requestId: settling.run,
      action: decided.state === 'lost' ? 'job.retry' : 'job.finish',
      subject: { kind: 'job', id },
      outcome: decided.state === 'succeeded' ? 'succeeded' : 'failed',
      detail: {
        state: decided.state,
        run: settling.run,
        ...(code ? { code } : {}),
        ...(decided.state === 'succeeded' ? toTrail(decided.attempt) : {}),
      },
    });
    return decided;
  });
}

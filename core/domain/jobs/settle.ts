import { AssayError, errorCodes, type RuntimeDescription } from '@assay/sdk';
import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import type { Cipher } from '../../base/encryption/index.ts';
import { recordArtifact } from '../artifacts/index.ts';
import { recordAudit, systemActor } from '../audit/index.ts';
import { receiveDerived } from '../datasets/index.ts';
import type { Deps } from '../deps.ts';
import { placeOf, settleReservation } from '../quotas/index.ts';
import { moveDataset } from './move-dataset.ts';
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
  /** Milliseconds that the run took, where that is known. */
  readonly ranMs?: number;
}

export type SettleDeps = Pick<Deps, 'database' | 'queue' | 'ciphers' | 'keys'> & {
  readonly maxAttempts: number;
};

export function toJobError(error: AssayError): JobError {
  return {
    code: error.code,
    title: errorCodes[error.code].title,
    detail: error.message,
    ...(error.tool ? { tool: error.tool } : {}),
    ...(error.issues.length > 0 ? { issues: error.issues } : {}),
  };
}

/** Ends the run if the lease still holds it, and says when it began. Undefined: somebody else has, and a zombie changes nothing. */
async function endRun(
  query: Query,
  settling: Settling,
  state: Outcome['state'],
  code: string | null,
): Promise<Date | undefined> {
  const ended = await query
    .updateTable('assay.run')
    .set({ state, error_code: code, finished_at: new Date() })
    .where('id', '=', settling.run)
    .where('lease', '=', settling.lease)
    .where('state', 'in', ['starting', 'running'])
    .returning('started_at')
    .executeTakeFirst();
  return ended?.started_at;
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

const toMade = (made: readonly string[] | null | undefined) =>
  made && made.length > 0 ? { made: [...made] } : {};

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
    const { report, resultDigest: result_digest, runtime, job: recalled_from, made } = recalled;
    const where = { ...(runtime as RuntimeDescription), chosen: choice };
    return { report, result_digest, recalled_from, timings, runtime: JSON.stringify(where), ...toMade(made) };
  }
  return {
    report: filled(attempt.report, 'report').id,
    result_digest: filled(attempt.resultDigest, 'resultDigest'),
    timings,
    ...toMade(attempt.derived?.map(({ id }) => id)),
    runtime: JSON.stringify({ ...filled(attempt.output, 'output').runtime, chosen: choice }),
  };
}

async function finish(
  deps: SettleDeps,
  query: Query,
  settling: Settling,
  cipher: Cipher,
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
    // Its report, artifacts and data sets, before the job that names them.
    if (!attempt.recalled) await writeReport(query, attempt);
    await update.set({ ...done, ...successOf(attempt) }).execute();
    for (const { id, title: name, stored } of attempt.derived ?? [])
      await receiveDerived(deps, query, systemActor(settling.workspace, settling.run), {
        ...{ id, name, stored, job: settling.job },
      });
  } else if (outcome.state === 'failed') {
    await update
      .set({ ...done, error: sealPart(cipher, 'error', settling.job, toJobError(outcome.error)) })
      .execute();
  } else {
    await update.set(done).execute();
  }
}

/**
 * Ends what is held for the job. Time counts however the run came out, but not where it was lost through a fault of ours
 * and the job with it; a reconciler knows of a run only when it began.
 */
async function settleQuota(
  query: Query,
  settling: Settling,
  outcome: Outcome,
  decided: Exclude<Outcome, { state: 'lost' }>,
  begun: Date,
): Promise<void> {
  const gaveUp = outcome.state === 'lost' && decided.state === 'failed';
  const stored = decided.state === 'succeeded' && !decided.attempt.recalled ? decided.attempt.stored : [];
  await settleReservation(query, settling.workspace, settling.job, {
    cpu: gaveUp ? 0 : (settling.ranMs ?? Date.now() - begun.getTime()),
    bytes: stored.reduce((sum, artifact) => sum + artifact.bytes, 0),
  });
}

function toTrail({ recalled, resultDigest, tool }: Attempt) {
  return {
    after: recalled?.resultDigest ?? filled(resultDigest, 'resultDigest'),
    plugin: tool.plugin.digest,
  };
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
    const begun = await endRun(query, settling, runState, code);
    if (!begun) return undefined;
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
      await deps.queue.send(query, 'job', { workspace, id }, await placeOf(query, id));
    } else {
      await finish(deps, query, settling, cipher, decided);
      await moveDataset(deps, query, id, decided);
      await settleQuota(query, settling, outcome, decided, begun);
    }
    await recordAudit(deps, query, systemActor(workspace, settling.run), {
      action: decided.state === 'lost' ? 'job.retry' : 'job.finish',
      subject: { kind: 'job', id },
      outcome: decided.state === 'succeeded' ? 'succeeded' : 'failed',
      detail: {
        state: decided.state,
        run: settling.run,
        ...(code ? { code } : {}),
        ...(decided.state === 'succeeded' && decided.attempt.recalled
          ? { recalledFrom: decided.attempt.recalled.job }
          : {}),
      },
      ...(decided.state === 'succeeded' ? toTrail(decided.attempt) : {}),
    });
    return decided;
  });
}

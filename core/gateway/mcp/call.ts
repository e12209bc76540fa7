import { AssayError, type Report } from '@assay/sdk';
import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server';
import type { Context } from '../../domain/access/index.ts';
import type { Deps } from '../../domain/deps.ts';
import { cancelJob, finalStates, type JobView, submitJob, watchJob } from '../../domain/jobs/index.ts';
import { getReport } from '../../domain/reports/index.ts';
import type { Given } from './arguments.ts';
import { askForColumns } from './ask.ts';
import { showFailure, showJob, showReport } from './results.ts';

export interface Calling {
  readonly deps: Deps;
  readonly context: Context;
  readonly origin: string;
  /** Aborts when the server stops; the job goes on. */
  readonly stopping: AbortSignal;
  /** True where a caller that goes away has thereby cancelled, as since revision 2026-07-28. */
  readonly leavingCancels: boolean;
  /** How long a caller waits who is not told how far it is; one who is told waits to the end. */
  readonly patienceMs: number | undefined;
  /** Whether the client can ask its user, and did not yet. */
  readonly canAsk: boolean;
  /** From 0 to 1. */
  progress(fraction: number, message: string): Promise<void>;
}

function tell({ state, progress }: JobView): readonly [number, string] {
  if (state === 'queued') return [0, 'waiting for its turn'];
  if (!progress) return [0.05, 'started'];
  return [0.05 + 0.9 * progress.fraction, progress.note ?? progress.stage];
}

async function cancel(deps: Deps, context: Context, id: string): Promise<void> {
  try {
    // The caller is gone; its cancellation is not.
    await cancelJob(deps, { ...context, signal: new AbortController().signal }, { id });
  } catch (error) {
    if (!AssayError.is(error, 'job.already_finished')) throw error;
  }
}

/**
 * Follows a job to its end.
 * @returns undefined where patience, the caller or the server left first, also in the middle of being told
 */
export async function followJob(
  { deps, context, stopping, progress }: Calling,
  id: string,
  patience: AbortSignal,
): Promise<JobView | undefined> {
  const signal = AbortSignal.any([context.signal, stopping, patience]);
  try {
    for await (const job of watchJob(deps, { ...context, signal }, { id })) {
      if (finalStates.includes(job.state)) return job;
      await progress(...tell(job));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return undefined;
}

/**
 * One call of an installed tool: the same use case as `POST /v1/jobs`, waited for. A caller whose patience ends is given the job.
 * @param given held against the form that the arguments of all tools have
 * @throws AssayError as `submitJob` does
 */
export async function callTool(
  calling: Calling,
  tool: string,
  given: object,
): Promise<CallToolResult | InputRequiredResult> {
  const { deps, context, origin, patienceMs } = calling;
  const request = given as Given;
  let job: JobView;
  try {
    ({ job } = await submitJob(deps, context, { params: {}, ...request, tool }));
  } catch (refusal) {
    const question = await askForColumns(calling, tool, request, refusal);
    if (question) return question;
    throw refusal;
  }
  const patience = patienceMs === undefined ? new AbortController().signal : AbortSignal.timeout(patienceMs);
  const done = await followJob(calling, job.id, patience);
  if (done?.report) {
    const bytes = await getReport(deps, context, { id: done.report });
    return showReport(done, JSON.parse(bytes.toString('utf8')) as Report, origin);
  }
  if (done) return showFailure(done);
  if (patience.aborted) return showJob(job);
  if (context.signal.aborted && calling.leavingCancels) await cancel(deps, context, job.id);
  throw new AssayError('request.interrupted', `No longer waiting; job ${job.id} is kept.`);
}

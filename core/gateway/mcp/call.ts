import { AssayError, type Report } from '@assay/sdk';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Context } from '../../domain/access/index.ts';
import type { Deps } from '../../domain/deps.ts';
import { cancelJob, finalStates, type JobView, submitJob, watchJob } from '../../domain/jobs/index.ts';
import { getReport } from '../../domain/reports/index.ts';
import type { ArgumentsCheck } from './arguments.ts';
import { toolName } from './projection.ts';
import { showFailure, showReport } from './results.ts';

export interface Calling {
  readonly deps: Deps;
  readonly context: Context;
  readonly origin: string;
  /** Aborts when the server stops; the job goes on. */
  readonly stopping: AbortSignal;
  /** True where a caller that goes away has thereby cancelled, as since revision 2026-07-28. */
  readonly leavingCancels: boolean;
  readonly checkArguments: ArgumentsCheck;
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

/** Follows the job to its end; undefined where the caller or the server left first, also in the middle of being told. */
async function follow(
  { deps, context, stopping, progress }: Calling,
  id: string,
): Promise<JobView | undefined> {
  const signal = AbortSignal.any([context.signal, stopping]);
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
 * One call of an installed tool: the same use case as `POST /v1/jobs`, waited for.
 * @throws AssayError as `submitJob` does
 */
export async function callTool(calling: Calling, name: string, given: unknown): Promise<CallToolResult> {
  const { deps, context, origin } = calling;
  const request = calling.checkArguments(given);
  const { job } = await submitJob(deps, context, { ...request, tool: toolName(name) });
  const done = await follow(calling, job.id);
  if (done?.report) {
    const report = JSON.parse(
      (await getReport(deps, context, { id: done.report })).toString('utf8'),
    ) as Report;
    return showReport(done, report, origin);
  }
  if (done) return showFailure(done);
  if (context.signal.aborted && calling.leavingCancels) await cancel(deps, context, job.id);
  throw new AssayError('request.interrupted', `No longer waiting; job ${job.id} is kept.`);
}

import { AssayError } from '@assay/sdk';
import { discardArtifacts } from '../artifacts/index.ts';
import { type Outcome, settle } from './settle.ts';
import { settleDurably } from './settle-durably.ts';
import { admit } from './steps/admit.ts';
import type { Attempt, Step, WorkDeps } from './steps/attempt.ts';
import { carryOut } from './steps/carry-out.ts';
import { choose } from './steps/choose-runtime.ts';
import { recall } from './steps/recall.ts';
import { report } from './steps/report.ts';
import { stage } from './steps/stage.ts';
import { store } from './steps/store.ts';
import { verify } from './steps/verify.ts';
import type { JobTimings } from './views.ts';

/** The road of a job after it was admitted; then it is settled, however it came out. A recalled one leaves it early. */
const steps: readonly Step[] = [
  choose,
  stage,
  recall,
  carryOut,
  timed('verifyMs', verify),
  timed('drawMs', report),
  timed('storeMs', store),
];

function timed(name: keyof JobTimings, step: Step): Step {
  return async (deps, attempt) => {
    const started = performance.now();
    await step(deps, attempt);
    attempt.timings = { ...attempt.timings, [name]: performance.now() - started };
  };
}

/** Faults of ours, after which the same job may well succeed. */
const faults = new Set([
  'runner.unavailable',
  'database.unavailable',
  'storage.unavailable',
  'encryption.key_unavailable',
]);

/** Reasons to abort an attempt. */
export type AbortReason = 'cancelled' | 'shutdown';

function toOutcome(error: unknown, attempt: Attempt, deps: WorkDeps): Outcome {
  if (attempt.signal.aborted) {
    return attempt.signal.reason === 'cancelled'
      ? { state: 'cancelled' }
      : { state: 'lost', why: 'the worker was stopped', countsAsAttempt: false };
  }
  if (error instanceof AssayError && faults.has(error.code)) {
    deps.log.warn({ err: error, job: attempt.job }, 'an attempt was interrupted');
    return { state: 'lost', why: error.message, countsAsAttempt: true };
  }
  if (error instanceof AssayError) return { state: 'failed', error };
  deps.log.error({ err: error, job: attempt.job }, 'an attempt failed unexpectedly');
  return {
    state: 'failed',
    error: new AssayError(
      'internal.unexpected',
      'The job could not be carried out; the operator finds the reason in the log.',
      { cause: error },
    ),
  };
}

/** Carries a job out, from the message to a settled row. @returns the attempt's outcome, undefined where there was nothing to do */
export async function executeJob(
  deps: WorkDeps,
  message: { readonly workspace: string; readonly id: string },
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const attempt = await admit(deps, message, signal);
  if (!attempt) return undefined;
  let outcome: Outcome;
  try {
    for (const step of steps) {
      signal.throwIfAborted();
      await step(deps, attempt);
      if (attempt.recalled) break;
    }
    outcome = { state: 'succeeded', attempt };
  } catch (error) {
    outcome = toOutcome(error, attempt, deps);
  }
  const settled = await settleDurably(deps, () => settle(deps, attempt, outcome));
  if (settled?.state !== 'succeeded') await discardArtifacts(deps, attempt.workspace, attempt.stored);
  return settled;
}

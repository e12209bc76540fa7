import { randomUUID } from 'node:crypto';
import type { Logger } from '../base/telemetry/index.ts';
import { allScopes, type Context, permissionsOf } from '../domain/access/index.ts';
import { sweepObjects } from '../domain/artifacts/index.ts';
import { systemPrincipal } from '../domain/audit/index.ts';
import {
  type AbortReason,
  executeJob,
  findCancelled,
  resendWaiting,
  submitProfile,
  takeBackLostRuns,
  type WorkDeps,
} from '../domain/jobs/index.ts';
import { createRewrapper } from '../domain/keys/index.ts';
import { advanceClock, releaseDeadUploads } from '../domain/quotas/index.ts';
import { createDispatcher } from './dispatcher.ts';
import { every } from './every.ts';
import type { TrailKeeper } from './trail.ts';

export interface WorkerOptions {
  /** Jobs carried out at once. */
  readonly concurrency: number;
  /** Milliseconds between looks at the queue where no notification came. */
  readonly pollMs: number;
  readonly reconcileMs: number;
  readonly trail: TrailKeeper;
}

export interface Worker {
  /** Takes no more; waits for what runs, then stops it. */
  drain(graceMs: number): Promise<void>;
}

const sweepMs = 3_600_000;
const sweepAgeMs = 24 * 3_600_000;
const resendAfterSeconds = 20;
const trailMs = 500;
const tellMs = 1000;
const rewrapRows = 500;
const datasetsAtOnce = 10;

function systemContext(workspace: string, log: Logger, signal: AbortSignal): Context {
  return {
    principal: {
      id: systemPrincipal,
      kind: 'system',
      name: 'system',
      slot: null,
      role: 'system',
      permissions: permissionsOf('system', false),
    },
    scopes: new Set(allScopes),
    workspace,
    requestId: randomUUID(),
    client: {},
    signal,
    log,
  };
}

/** Carries jobs out, woken by notifications, by time, and by a slot that got free. */
export function startWorker(deps: WorkDeps, options: WorkerOptions): Worker {
  const stopping = new AbortController();

  const report = (error: unknown) =>
    deps.log.error({ err: error }, 'the worker could not do its part; it tries again');

  const jobs = createDispatcher({
    slots: options.concurrency,
    async take(limit) {
      const messages = await deps.queue.fetch('job', limit);
      // In the order of their places: the last one is where the line has come to.
      const last = messages.at(-1);
      if (last) await advanceClock(deps, last.place);
      return messages;
    },
    async carryOut(message, signal) {
      await executeJob(deps, message, signal);
      await message.settle();
    },
    onError: report,
  });
  const datasets = createDispatcher({
    slots: datasetsAtOnce,
    take: (limit) => deps.queue.fetch('dataset', limit),
    async carryOut(message) {
      try {
        await submitProfile(deps, systemContext(message.workspace, deps.log, stopping.signal), {
          id: message.id,
        });
      } catch (error) {
        // The data set still waits without a job; `resendWaiting` finds it.
        report(error);
      }
      await message.settle();
    },
    onError: report,
  });
  const wake = () => {
    datasets.wake();
    jobs.wake();
  };

  const cancel = (job: string) => jobs.abort(job, 'cancelled' satisfies AbortReason);
  const heedCancelled = async () => {
    for (const job of await findCancelled(deps, deps.workerId)) cancel(job);
  };
  const unsubscribe = deps.changes.subscribe((change) => {
    if (!change || change.state === 'queued') wake();
    else if (change.state === 'cancelling') cancel(change.job);
    if (!change) heedCancelled().catch(report);
  });
  const timers = [
    every(options.pollMs, async () => wake(), report),
    every(options.reconcileMs, () => takeBackLostRuns(deps, deps.workerId, jobs.own()), report),
    every(options.reconcileMs, heedCancelled, report),
    every(resendAfterSeconds * 1000, () => resendWaiting(deps, resendAfterSeconds), report),
    every(resendAfterSeconds * 1000, () => releaseDeadUploads(deps), report),
    every(
      options.reconcileMs,
      createRewrapper(deps, { stop: stopping.signal, batchRows: rewrapRows }),
      report,
    ),
    every(trailMs, () => options.trail.sequence(), report),
    every(tellMs, () => options.trail.tell(), report),
    every(sweepMs, () => options.trail.recall(), report),
    every(sweepMs, () => sweepObjects(deps, sweepAgeMs), report),
  ];
  wake();

  return {
    async drain(graceMs) {
      stopping.abort();
      unsubscribe();
      for (const stop of timers) stop();
      await Promise.all([
        jobs.drain(graceMs, 'shutdown' satisfies AbortReason),
        datasets.drain(graceMs, 'shutdown' satisfies AbortReason),
      ]);
      await options.trail.end().catch(report);
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { Delivery } from '../base/queue/index.ts';
import type { Logger } from '../base/telemetry/index.ts';
import { allScopes, type Context, permissionsOf } from '../domain/access/index.ts';
import { sweepObjects } from '../domain/artifacts/index.ts';
import { systemPrincipal } from '../domain/audit/index.ts';
import {
  type AbortReason,
  executeJob,
  resendWaiting,
  submitProfile,
  takeBackLostRuns,
  type WorkDeps,
} from '../domain/jobs/index.ts';
import { createRewrapper } from '../domain/keys/index.ts';
import { advanceClock, releaseDeadUploads } from '../domain/quotas/index.ts';
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

/** Takes messages as long as there are free slots, woken by notifications, by time, and by a slot that got free. */
export function startWorker(deps: WorkDeps, options: WorkerOptions): Worker {
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  const stopping = new AbortController();
  let looking = false;
  let lookAgain = false;

  const report = (error: unknown) =>
    deps.log.error({ err: error }, 'the worker could not do its part; it tries again');

  async function carryOut(message: Delivery, abort: AbortController) {
    try {
      await executeJob(deps, message, abort.signal);
      await message.settle();
    } catch (error) {
      report(error);
    }
  }

  function begin(message: Delivery): void {
    // An attempt that was lost sends its job anew before its own message is settled: the new one waits for that. Where a
    // message only came twice, the row says that nothing is left to do.
    const before = running.get(message.id)?.done;
    const abort = new AbortController();
    const entry = { abort, done: Promise.resolve() };
    running.set(message.id, entry);
    entry.done = (async () => {
      await before;
      await carryOut(message, abort);
      if (running.get(message.id) === entry) running.delete(message.id);
      wake();
    })();
  }

  async function takeJobs(): Promise<boolean> {
    const free = options.concurrency - running.size;
    if (free <= 0) return false;
    const messages = await deps.queue.fetch('job', free);
    for (const message of messages) begin(message);
    // In the order of their places: the last one is where the line has come to.
    const last = messages.at(-1);
    if (last) await advanceClock(deps, last.place);
    return messages.length > 0;
  }

  async function takeDatasets(): Promise<boolean> {
    const messages = await deps.queue.fetch('dataset', 10);
    for (const message of messages) {
      try {
        await submitProfile(deps, systemContext(message.workspace, deps.log, stopping.signal), {
          id: message.id,
        });
      } catch (error) {
        // The data set still waits without a job; `resendWaiting` finds it.
        report(error);
      }
      await message.settle();
    }
    return messages.length > 0;
  }

  async function look(): Promise<void> {
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    try {
      do {
        lookAgain = false;
        const datasets = await takeDatasets();
        const jobs = await takeJobs();
        lookAgain ||= datasets || (jobs && running.size < options.concurrency);
      } while (lookAgain && !stopping.signal.aborted);
    } finally {
      looking = false;
    }
  }

  function wake(): void {
    if (!stopping.signal.aborted) look().catch(report);
  }

  const unsubscribe = deps.changes.subscribe((change) => {
    if (!change || change.state === 'queued') wake();
    else if (change.state === 'cancelling')
      running.get(change.job)?.abort.abort('cancelled' satisfies AbortReason);
  });
  const own = () => new Set(running.keys());
  const timers = [
    every(options.pollMs, async () => wake(), report),
    every(options.reconcileMs, () => takeBackLostRuns(deps, deps.workerId, own()), report),
    every(resendAfterSeconds * 1000, () => resendWaiting(deps, resendAfterSeconds), report),
    every(resendAfterSeconds * 1000, () => releaseDeadUploads(deps), report),
    every(
      options.reconcileMs,
      createRewrapper(deps, { stop: stopping.signal, batchRows: rewrapRows }),
      report,
    ),
    every(trailMs, () => options.trail.sequence(), report),
    every(tellMs, () => options.trail.tell(), report),
    every(sweepMs, () => sweepObjects(deps, sweepAgeMs), report),
  ];
  wake();

  return {
    async drain(graceMs) {
      stopping.abort();
      unsubscribe();
      for (const stop of timers) stop();
      const all = Promise.all([...running.values()].map((r) => r.done));
      const late = setTimeout(() => {
        for (const { abort } of running.values()) abort.abort('shutdown' satisfies AbortReason);
      }, graceMs);
      await all;
      clearTimeout(late);
      await options.trail.end().catch(report);
    },
  };
}

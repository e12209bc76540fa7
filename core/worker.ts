import { randomBytes, randomUUID } from 'node:crypto';
import { holdPresence } from './base/database/index.ts';
import { connectRun, describeRunner } from './base/runner/index.ts';
import { composeDeps, type Part, type PartSettings } from './compose.ts';
import { fileAnchor, type SyslogOptions, syslogAnchor } from './domain/audit/index.ts';
import type { WorkDeps } from './domain/jobs/index.ts';
import { keepTrail } from './worker/trail.ts';
import { startWorker } from './worker/worker.ts';

export interface WorkerSettings extends PartSettings {
  readonly runnerSocket: string;
  readonly runnerKey: Buffer;
  readonly concurrency: number;
  readonly maxAttempts: number;
  readonly audit: TrailSettings;
}

export interface TrailSettings {
  readonly checkpointSeconds: number;
  /** File that signed heads are appended to. */
  readonly checkpointFile: string;
  readonly syslog?: SyslogOptions;
}

/** A runner that is being started again is waited for. */
const runnerPatienceMs = 20_000;

/** domain -> worker: carries jobs out until stopped. */
export async function createWorker(settings: WorkerSettings): Promise<Part> {
  const { databaseUrl, log } = settings;
  const base = await composeDeps(settings, 'worker');
  const workerId = randomUUID();
  const lockKey = randomBytes(8).readBigInt64BE();
  const presence = await holdPresence(databaseUrl, lockKey, (err) =>
    log.warn({ err }, 'the presence of the worker broke'),
  );
  await base.database.withoutWorkspace((query) =>
    query.insertInto('assay.worker').values({ id: workerId, lock_key: lockKey }).execute(),
  );
  const deps: WorkDeps = {
    ...base,
    runner: {
      describe: () => describeRunner(settings.runnerSocket, runnerPatienceMs),
      run: (spec, inputs, signal) =>
        connectRun({ socketPath: settings.runnerSocket, key: settings.runnerKey, spec, inputs, signal }),
    },
    workerId,
    maxAttempts: settings.maxAttempts,
    version: settings.version,
  };
  const { checkpointSeconds, checkpointFile, syslog } = settings.audit;
  const anchors = [fileAnchor(checkpointFile), ...(syslog ? [syslogAnchor(base, syslog)] : [])];
  const trail = keepTrail(base, { checkpointMs: checkpointSeconds * 1000 }, anchors);
  const { concurrency } = settings;
  const worker = startWorker(deps, { concurrency, pollMs: 2000, reconcileMs: 3000, trail });
  return {
    replacePlugins: base.replacePlugins,
    async stop(graceMs) {
      await worker.drain(graceMs);
      await presence.close();
      await base.close();
    },
  };
}

import { sql } from 'kysely';
import type { Attempt, WorkDeps } from './steps/attempt.ts';
import { sealPart } from './view.ts';
import type { JobProgress } from './views.ts';

const everyMs = 250;

/** Writes progress to the job's row, at most four times a second. */
export function createProgress(deps: Pick<WorkDeps, 'database' | 'log'>, attempt: Attempt) {
  let last = Number.NEGATIVE_INFINITY;
  return {
    async tell(progress: JobProgress): Promise<void> {
      const now = performance.now();
      if (now - last < everyMs) return;
      last = now;
      const sealed = sealPart(attempt.cipher, 'progress', attempt.job, progress);
      try {
        await deps.database.withWorkspace(attempt.workspace, (query) =>
          query
            .updateTable('assay.job')
            .set({ progress: sealed, revision: sql`revision + 1` })
            .where('id', '=', attempt.job)
            .where('state', '=', 'running')
            .execute(),
        );
      } catch (error) {
        // Progress is told, not kept: a run does not end because a figure could not be shown.
        deps.log.warn({ err: error, job: attempt.job }, 'progress could not be written');
      }
    },
  };
}

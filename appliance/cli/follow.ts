import { finalStates, type Job } from '@assay/client';
import { exitCodeOfJob, InterruptedError } from './exit.ts';
import { jobProgress } from './progress.ts';
import { renderFailure, renderResults } from './results.ts';
import type { Outcome, Session } from './session.ts';

async function waitForEnd({ client, terminal, signal }: Session, id: string, plain: boolean): Promise<Job> {
  const show = jobProgress(terminal, plain);
  let job: Job | undefined;
  try {
    for await (job of client.watchJob(id, { signal })) show(job);
    return job && finalStates.includes(job.state) ? job : await client.getJob(id, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new InterruptedError(
      `No longer waiting; the job goes on. "assay job cancel ${id.slice(0, 8)}" ends it.`,
    );
  } finally {
    terminal.clear();
  }
}

/**
 * Waits for the end of a job and shows what came of it. Ctrl-C stops the waiting, not the job.
 * @param plain progress as lines where there is no terminal
 */
export async function followJob(session: Session, id: string, plain = false): Promise<Outcome> {
  const { client, terminal, signal } = session;
  const job = await waitForEnd(session, id, plain);
  const code = exitCodeOfJob(job.state);
  if (!job.report) return { text: renderFailure(job, terminal), data: { job }, code };
  const report = await client.getReport(job.report, { signal });
  const recalled = job.recalledFrom
    ? [
        terminal.colors.dim(
          `The same was done before, by job ${job.recalledFrom}; this is its report. --refresh runs it anew.`,
        ),
        '',
      ]
    : [];
  return { text: [...recalled, renderResults(report, terminal)].join('\n'), data: { job, report }, code };
}

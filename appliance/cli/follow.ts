import { finalStates, type Job } from '@assay/client';
import { exitCodeOfJob, InterruptedError } from './exit.ts';
import { jobProgress } from './progress.ts';
import { renderFailure, renderResults } from './results.ts';
import type { Outcome, Session } from './session.ts';

/** Watches a job to its end and shows what came of it. Ctrl-C stops the watching, not the job. */
export async function followJob(session: Session, id: string): Promise<Outcome> {
  const { client, terminal, signal } = session;
  let job: Job | undefined;
  try {
    for await (job of client.watchJob(id, { signal })) jobProgress(terminal, job);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new InterruptedError(`No longer watching; the job goes on. "assay job cancel ${id}" would end it.`);
  } finally {
    terminal.clear();
  }
  if (!job || !finalStates.includes(job.state)) job = await client.getJob(id, { signal });
  const code = exitCodeOfJob(job.state);
  if (!job.report) return { text: renderFailure(job), data: { job }, code };
  const report = await client.getReport(job.report, { signal });
  const text = [
    renderResults(report, terminal),
    '',
    `Report ${job.report}`,
    `  assay report open ${job.report.slice(0, 8)}`,
    `  assay report save ${job.report.slice(0, 8)} --output report.html`,
  ].join('\n');
  return { text, data: { job, report }, code };
}

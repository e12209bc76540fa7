import type { Job } from '@assay/client';
import { type Command, Option } from 'commander';
import { findId, listNewest } from '../find.ts';
import { followJob } from '../follow.ts';
import { renderFailure } from '../results.ts';
import type { Outcome, Session } from '../session.ts';
import { renderFacts, renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import type { Runner } from './runner.ts';

const states = ['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'] as const;

function resolve({ client, signal }: Session, reference: string): Promise<string> {
  return findId('job', reference, (page) => client.listJobs({ ...page, signal }));
}

/** Where the time went: `queue 13 ms, start 870 ms, compute 390 ms`. */
function renderTimings(timings: Job['timings']): string | undefined {
  if (!timings) return undefined;
  const parts = Object.entries(timings).map(([name, ms]) => `${name.replace('Ms', '')} ${Math.round(ms)} ms`);
  return parts.join(', ');
}

function renderJob(job: Job, terminal: Terminal): string {
  const { progress } = job;
  const facts = renderFacts([
    ['job', job.id],
    ['state', job.state],
    ['tool', `${job.tool}@${job.version}`],
    ['progress', progress ? `${Math.round(progress.fraction * 100)} % ${progress.stage}` : undefined],
    ['submitted', job.submittedAt],
    ['started', job.startedAt],
    ['finished', job.finishedAt],
    ['attempts', job.attempts],
    ['runtime', job.runtime?.chosen ?? job.runtime?.name],
    ['time', renderTimings(job.timings)],
    ['recalled from', job.recalledFrom],
    ['report', job.report],
    ['result', job.resultDigest],
  ]);
  const rest = { inputs: job.inputs, params: job.params, seed: job.seed };
  const failure = job.state === 'failed' ? ['', renderFailure(job, { errorColors: terminal.colors })] : [];
  return [facts, '', JSON.stringify(rest, null, 2), ...failure].join('\n');
}

async function list(
  { client, signal, terminal }: Session,
  options: { state?: Job['state'] },
): Promise<Outcome> {
  const { state } = options;
  const items = await listNewest((page) => client.listJobs({ ...page, ...(state ? { state } : {}), signal }));
  const rows = items.map((j) => [
    j.id.slice(0, 8),
    j.state,
    `${j.tool}@${j.version}`,
    j.submittedAt,
    j.report?.slice(0, 8),
  ]);
  const text =
    rows.length > 0
      ? renderTable(['id', 'state', 'tool', 'submitted', 'report'], rows, terminal)
      : 'No jobs.';
  return { text, data: items };
}

async function show(session: Session, reference: string, options: { watch?: boolean }): Promise<Outcome> {
  const id = await resolve(session, reference);
  if (options.watch) return followJob(session, id, true);
  const job = await session.client.getJob(id, { signal: session.signal });
  return { text: renderJob(job, session.terminal), data: { job } };
}

async function cancel(session: Session, reference: string): Promise<Outcome> {
  const id = await resolve(session, reference);
  const job = await session.client.cancelJob(id, { signal: session.signal });
  return { text: `Job ${job.id} is ${job.state}.`, data: { job } };
}

export function addJobCommands(program: Command, run: Runner): void {
  const job = program.command('job').description('what was asked for and what came of it');
  job
    .command('list')
    .description('newest first')
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(states))
    .action(run((session, options: { state?: Job['state'] }) => list(session, options)));
  job
    .command('show')
    .description('one job; with --watch wait for its end and show the results')
    .argument('<job>', 'id or the beginning of one')
    .option('-w, --watch', 'wait for the end and show the results')
    .action(
      run((session, reference: string, options: { watch?: boolean }) => show(session, reference, options)),
    );
  job
    .command('cancel')
    .description('cancel a job that is not finished')
    .argument('<job>', 'id or the beginning of one')
    .action(run((session, reference: string) => cancel(session, reference)));
}

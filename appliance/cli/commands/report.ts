import { spawn } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AssayProblem } from '@assay/client';
import { type Command, Option } from 'commander';
import { RefusedError } from '../exit.ts';
import { findId, isId, listNewest } from '../find.ts';
import type { Outcome, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import type { Runner } from './runner.ts';

interface SaveOptions {
  readonly output?: string;
  readonly format?: 'html' | 'json';
  readonly force?: boolean;
}

/** What a job came to, or undefined where the id is no job's. */
async function reportOfJob({ client, signal }: Session, id: string): Promise<string | undefined> {
  try {
    const job = await client.getJob(id, { signal });
    if (job.report) return job.report;
    throw new RefusedError(`Job ${job.id} is ${job.state} and has no report.`);
  } catch (error) {
    if (error instanceof AssayProblem && error.code === 'job.not_found') return undefined;
    throw error;
  }
}

/** The report that is meant: its id, the beginning of one, or the whole id of a job. */
async function resolve(session: Session, reference: string): Promise<string> {
  if (isId(reference)) return (await reportOfJob(session, reference)) ?? reference;
  const { client, signal } = session;
  const jobs = await listNewest((page) => client.listJobs({ ...page, signal }));
  const items = jobs.flatMap((job) => (job.report ? [{ id: job.report }] : []));
  return findId('report', reference, async () => ({ items }));
}

/** Nobody but its owner may read it: a report is about customer data. What is there already stays without `force`. */
async function writePrivately(file: string, text: string, force: boolean): Promise<void> {
  const draft = force ? `${file}.${process.pid}.part` : file;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    if (force) await rename(draft, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (force) await rm(draft, { force: true });
    if (code === 'EEXIST')
      throw new RefusedError(`${draft} exists. Give another name with --output, or replace it with --force.`);
    if (code === 'ENOENT') throw new RefusedError(`There is no folder ${path.dirname(file)}.`);
    throw error;
  }
}

async function save(session: Session, reference: string, options: SaveOptions): Promise<Outcome> {
  const { client, signal } = session;
  const id = await resolve(session, reference);
  const named = options.output?.endsWith('.json') ? 'json' : 'html';
  const format = options.format ?? named;
  const file = path.resolve(options.output ?? `report-${id.slice(0, 8)}.${format}`);
  const text =
    format === 'html'
      ? await client.getReportHtml(id, { signal })
      : `${JSON.stringify(await client.getReport(id, { signal }), null, 2)}\n`;
  await writePrivately(file, text, options.force === true);
  return { text: `Saved as ${file}`, data: { report: id, file, format } };
}

/** What shows a file on this machine; undefined where nobody would see it. */
function opener({ environment, interactive }: Terminal): string | undefined {
  if (!interactive) return undefined;
  if (process.platform === 'darwin') return 'open';
  return environment.DISPLAY || environment.WAYLAND_DISPLAY ? 'xdg-open' : undefined;
}

/** @returns false where the program is not there */
function start(program: string, file: string): Promise<boolean> {
  const child = spawn(program, [file], { stdio: 'ignore', detached: true });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

async function open(session: Session, reference: string, json: boolean): Promise<Outcome> {
  const { client, signal, terminal } = session;
  const id = await resolve(session, reference);
  const html = await client.getReportHtml(id, { signal });
  // A new folder that is ours alone (0700): in the common one somebody else could have laid a link under the name.
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-report-'));
  const file = path.join(folder, `${id}.html`);
  await writePrivately(file, html, false);
  const program = json ? undefined : opener(terminal);
  const opened = program !== undefined && (await start(program, file));
  const text = opened ? `Opened ${file}` : `The report is in ${file}; open it in a browser.`;
  return { text, data: { report: id, file, opened } };
}

const reference = 'id of a report or of its job, or the beginning of the id of a report';

export function addReportCommands(program: Command, run: Runner): void {
  const report = program.command('report').description('what came of a job, as a document');
  report
    .command('open')
    .description('show a report in the browser')
    .argument('<report>', reference)
    .action(
      run((session, id: string) => open(session, id, program.opts<{ json?: boolean }>().json === true)),
    );
  report
    .command('save')
    .description('save a report to a file')
    .argument('<report>', reference)
    .option('-o, --output <file>', 'where to; report-<id>.html in this folder without it')
    .option('--force', 'replace the file where there is one')
    .addOption(
      new Option('--format <format>', 'by the ending of the file without it').choices(['html', 'json']),
    )
    .action(run((session, id: string, options: SaveOptions) => save(session, id, options)));
}

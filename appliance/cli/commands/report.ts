import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { RefusedError } from '../exit.ts';
import { findId, listNewest } from '../find.ts';
import type { Outcome, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import type { Runner } from './runner.ts';

interface SaveOptions {
  readonly output?: string;
  readonly format?: 'html' | 'json';
}

/** The report that is meant: its id, the beginning of one, or a job's. */
async function resolve({ client, signal }: Session, reference: string): Promise<string> {
  const list = async (page: { limit: number; after?: string }) => client.listJobs({ ...page, signal });
  const jobs = await listNewest(list);
  const job = jobs.find((j) => j.id === reference);
  if (job?.report) return job.report;
  if (job) throw new RefusedError(`Job ${job.id} is ${job.state} and has no report.`);
  const reports = jobs.flatMap((j) => (j.report ? [{ id: j.report }] : []));
  return findId('report', reference, async () => ({ items: reports }));
}

/** Nobody but its owner may read it: a report is about customer data. */
async function writePrivately(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  await chmod(file, 0o600);
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
  await writePrivately(file, text);
  return { text: `Saved as ${file}`, data: { report: id, file, format } };
}

function cacheFolder(environment: Terminal['environment']): string {
  const base = environment.XDG_CACHE_HOME || path.join(environment.HOME || homedir(), '.cache');
  return path.join(base, 'assay', 'reports');
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

async function open(session: Session, reference: string): Promise<Outcome> {
  const { client, signal, terminal } = session;
  const id = await resolve(session, reference);
  const folder = cacheFolder(terminal.environment);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${id}.html`);
  await writePrivately(file, await client.getReportHtml(id, { signal }));
  const program = opener(terminal);
  const opened = program !== undefined && (await start(program, file));
  const text = opened ? `Opened ${file}` : `The report is in ${file}; open it in a browser.`;
  return { text, data: { report: id, file, opened } };
}

export function addReportCommands(program: Command, run: Runner): void {
  const report = program.command('report').description('what came of a job, as a document');
  report
    .command('open')
    .description('show a report in the browser')
    .argument('<report>', 'id of a report or a job, or the beginning of a report id')
    .action(run((session, reference: string) => open(session, reference)));
  report
    .command('save')
    .description('save a report to a file')
    .argument('<report>', 'id of a report or a job, or the beginning of a report id')
    .option('-o, --output <file>', 'where to; report-<id>.html in this folder without it')
    .addOption(
      new Option('--format <format>', 'by the ending of the file without it').choices(['html', 'json']),
    )
    .action(run((session, reference: string, options: SaveOptions) => save(session, reference, options)));
}

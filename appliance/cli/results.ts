import type { Job, Report } from '@assay/client';
import { renderIssues } from './problem.ts';
import { renderFacts, renderTable } from './table.ts';
import { clean, type Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

type Face = Pick<Terminal, 'colors' | 'width'>;
type ReportTable = Report['tables'][number];
type Verdict = Report['assumptions'][number]['verdict'];

const rowsShown = 12;
const tablesShown = 2;

function renderReportTable({ title, table }: ReportTable, face: Face): string[] {
  const headings = table.columns.map((column) => column.title || column.name);
  const rows = table.rows.slice(0, rowsShown);
  const more = table.rows.length - rows.length;
  return [
    '',
    face.colors.bold(clean(title)),
    renderTable(headings, rows, face),
    ...(more > 0 ? [`… and ${more} more rows in the report`] : []),
  ];
}

function mark(verdict: Verdict, { colors }: Face): string {
  if (verdict === 'met') return colors.green('✓');
  if (verdict === 'violated') return colors.red('✗');
  return verdict === 'doubtful' ? colors.yellow('?') : colors.dim('–');
}

function renderAssumptions({ assumptions }: Report, face: Face): string[] {
  if (assumptions.length === 0) return [];
  const lines = assumptions.map(({ title, verdict, message }) => {
    const text = clean(`${title}: ${verdict.replace('_', ' ')}. ${message}`);
    return `  ${mark(verdict, face)} ${wrap(text, face.width, 4)}`;
  });
  return ['', face.colors.bold('Assumptions'), ...lines];
}

function renderWarnings({ warnings }: Report, face: Face): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.map(
    ({ message }) => `  ${face.colors.yellow('!')} ${wrap(clean(message), face.width, 4)}`,
  );
  return ['', face.colors.bold('Warnings'), ...lines];
}

/** What a report says in short: its sentences, warnings, first tables and assumptions, and how to get the rest. */
export function renderResults(report: Report, face: Face): string {
  const short = report.id.slice(0, 8);
  return [
    face.colors.bold(clean(report.title)),
    ...report.summary.map((sentence) => wrap(clean(sentence), face.width, 0)),
    ...renderWarnings(report, face),
    ...report.tables.slice(0, tablesShown).flatMap((table) => renderReportTable(table, face)),
    ...renderAssumptions(report, face),
    '',
    renderFacts([
      ...(report.made ?? []).map(({ name, id }) => ['new data', `${clean(name)} (${id})`] as const),
      ['report', report.id],
      ['digest', report.resultDigest],
      ['to read', `assay report open ${short}`],
      ['to keep', `assay report save ${short} --output report.html`],
    ]),
  ].join('\n');
}

/** Why a job has no report. */
export function renderFailure(job: Job, { errorColors }: Pick<Terminal, 'errorColors'>): string {
  if (job.state === 'cancelled') return `${errorColors.yellow('–')} Job ${job.id} was cancelled.`;
  const { error } = job;
  const tool = error?.tool
    ? [`  • ${error.tool.class}/${error.tool.code}${error.tool.hint ? `: ${error.tool.hint}` : ''}`]
    : [];
  const lines = [
    `${error?.title ?? 'The job failed'}: ${error?.detail ?? 'there is no reason.'}`,
    ...tool,
    ...renderIssues(error?.issues ?? []),
    `  Job ${job.id}, ${error?.code ?? job.state}.`,
  ];
  return `${errorColors.red('✗')} ${clean(lines.join('\n'))}`;
}

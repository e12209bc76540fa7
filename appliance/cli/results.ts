import type { Job, Report } from '@assay/client';
import { renderFindings } from './problem.ts';
import { renderTable } from './table.ts';
import { clean, type Terminal } from './terminal.ts';

const rowsShown = 12;
const tablesShown = 2;

type ReportTable = Report['tables'][number];

function renderReportTable({ title, table }: ReportTable): string[] {
  const headings = table.columns.map((column) => column.title || column.name);
  const rows = table.rows.slice(0, rowsShown);
  const more = table.rows.length - rows.length;
  return [
    '',
    title,
    renderTable(headings, rows),
    ...(more > 0 ? [`… and ${more} more rows in the report`] : []),
  ];
}

const marks: Readonly<Record<string, string>> = { met: '✓', doubtful: '?', violated: '✗', not_checked: '–' };

/** What a report says in short: its summary, first tables, assumptions and warnings. */
export function renderResults(report: Report, { colors }: Pick<Terminal, 'colors'>): string {
  const assumptions = report.assumptions.map(
    (a) => `  ${marks[a.verdict] ?? '–'} ${a.title}: ${a.verdict.replace('_', ' ')}. ${a.message}`,
  );
  const warnings = report.warnings.map((w) => `  ! ${w.message}`);
  const lines = [
    ...report.summary,
    ...report.tables.slice(0, tablesShown).flatMap(renderReportTable),
    ...(assumptions.length > 0 ? ['', 'Assumptions', ...assumptions] : []),
    ...(warnings.length > 0 ? ['', 'Warnings', ...warnings] : []),
  ];
  return [colors.bold(clean(report.title)), clean(lines.join('\n'))].join('\n');
}

/** Why a job has no report. */
export function renderFailure(job: Job): string {
  if (job.state === 'cancelled') return `Job ${job.id} was cancelled.`;
  const { error } = job;
  const tool = error?.tool
    ? [`  ${error.tool.class}/${error.tool.code}${error.tool.hint ? `: ${error.tool.hint}` : ''}`]
    : [];
  const lines = [
    `${error?.title ?? 'The job failed'}: ${error?.detail ?? ''}`,
    ...tool,
    ...renderFindings(error?.issues ?? []),
  ];
  return clean([...lines, `Job ${job.id}, ${error?.code ?? job.state}.`].join('\n'));
}

import type { AssayError, Report } from '@assay/sdk';
import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import type { JobView } from '../../domain/jobs/index.ts';
import { describeProblem } from '../problem.ts';

const maxValuesBytes = 1024 * 1024;

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;

/**
 * What an analysis answers. One that goes on has its job and its state alone.
 * @param values schema of the result
 */
export function resultSchema(values: object): NonNullable<Tool['outputSchema']> {
  return {
    type: 'object',
    properties: {
      job: { type: 'string', format: 'uuid' },
      state: { ...text, description: 'Of the job: `succeeded`, or how far it is where that takes long.' },
      tool: text,
      progress: { type: 'number' },
      recalledFrom: {
        ...text,
        description: 'The job that did the work, where the same had been done before.',
      },
      datasets: {
        type: 'array',
        items: { type: 'string', format: 'uuid' },
        description: 'New data sets that the tool made; each can be the input of the next call.',
      },
      report: { type: 'string', format: 'uuid', description: 'Id of the report.' },
      resultDigest: text,
      summary: texts,
      warnings: texts,
      assumptions: {
        type: 'array',
        items: {
          type: 'object',
          properties: { title: text, verdict: text, message: text },
          required: ['title', 'verdict', 'message'],
          additionalProperties: false,
        },
      },
      values: { ...values, description: 'The result in full; left out where it is larger than a megabyte.' },
    },
    required: ['job', 'state'],
    additionalProperties: false,
  };
}

/** A short text with what to beware of first, the result as data, and where the report is. */
export function showReport(job: JobView, report: Report, origin: string): CallToolResult {
  const { summary, values, resultDigest } = report;
  const warnings = report.warnings.map(({ message }) => message);
  const assumptions = report.assumptions.map(({ title, verdict, message }) => ({ title, verdict, message }));
  const doubts = assumptions
    .filter(({ verdict }) => verdict === 'violated' || verdict === 'doubtful')
    .map(({ title, verdict, message }) => `Assumption ${verdict}: ${title}. ${message}`);
  const again = job.recalledFrom ? ['The same had been done before; this is its report.'] : [];
  const lines = [...warnings.map((warning) => `Warning: ${warning}`), ...doubts, ...summary, ...again];
  const small = Buffer.byteLength(JSON.stringify(values)) <= maxValuesBytes;
  return {
    content: [
      { type: 'text', text: lines.join('\n') },
      {
        type: 'resource_link',
        name: `report-${report.id}`,
        title: `Report: ${report.title}`,
        uri: `${origin}/v1/reports/${report.id}.html`,
        mimeType: 'text/html',
      },
    ],
    structuredContent: {
      ...{ job: job.id, state: job.state, tool: `${job.tool}@${job.version}` },
      ...(job.recalledFrom ? { recalledFrom: job.recalledFrom } : {}),
      ...(job.made ? { datasets: job.made } : {}),
      report: report.id,
      resultDigest,
      summary,
      warnings,
      assumptions,
      ...(small ? { values } : {}),
    },
  };
}

function show(
  title: string,
  detail: string,
  issues: readonly { pointer: string; detail: string; hint?: string }[],
) {
  const lines = issues.map((issue) => `${issue.pointer}: ${issue.detail} ${issue.hint ?? ''}`.trim());
  const text = [`${title}. ${detail}`, ...lines].join('\n');
  return { content: [{ type: 'text' as const, text }], isError: true };
}

/** What was wrong with a call, in the words that REST has for it, so that an assistant can put it right. */
export function showProblem(error: AssayError, requestId: string): CallToolResult {
  const { title, detail, issues, code } = describeProblem(error, requestId);
  return { ...show(title, detail, issues), _meta: { 'assay/code': code, 'assay/request': requestId } };
}

/** How far a job is, and where to go on. */
export function showJob(job: JobView): CallToolResult {
  const { id, state, tool, version, progress, report } = job;
  const next = report
    ? `get_report reads its report, ${report}.`
    : state === 'cancelled'
      ? 'It has no result.'
      : `get_job waits for it, cancel_job ends it.`;
  const note = progress ? ` (${progress.note ?? progress.stage})` : '';
  return {
    content: [{ type: 'text', text: `Job ${id} of ${tool}@${version} is ${state}${note}. ${next}` }],
    structuredContent: {
      ...{ job: id, state, tool: `${tool}@${version}` },
      ...(progress ? { progress: progress.fraction } : {}),
      ...(report ? { report } : {}),
    },
  };
}

/** A job that came to no report. */
export function showFailure(job: JobView): CallToolResult {
  const { error } = job;
  if (!error)
    return { ...show(`The job ${job.state}`, `It is ${job.id}.`, []), _meta: { 'assay/job': job.id } };
  const hint = error.tool?.hint ? ` ${error.tool.hint}` : '';
  return {
    ...show(error.title, `${error.detail}${hint}`, error.issues ?? []),
    _meta: { 'assay/code': error.code, 'assay/job': job.id },
  };
}

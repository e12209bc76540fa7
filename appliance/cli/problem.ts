import { AssayProblem, AssayUnreachable } from '@assay/client';
import { UsageError } from './exit.ts';
import { clean, type Terminal } from './terminal.ts';

interface Finding {
  readonly pointer: string;
  readonly detail: string;
  readonly hint?: string;
  readonly row?: number;
  readonly column?: string;
}

function place({ pointer, row, column }: Finding): string {
  const inData = [row === undefined ? '' : `row ${row}`, column === undefined ? '' : `column "${column}"`];
  return inData.filter(Boolean).join(', ') || pointer.replace(/^\/(params|inputs|query)\//, '');
}

/** Lines of findings: what and where, then what would be right. */
export function renderFindings(issues: readonly Finding[]): string[] {
  return issues.flatMap((issue) => {
    const where = place(issue);
    const line = `  - ${issue.detail}${where && !issue.detail.includes(where) ? ` (${where})` : ''}`;
    return issue.hint ? [line, `    ${issue.hint}`] : [line];
  });
}

function adviceFor(error: unknown): string | undefined {
  if (error instanceof AssayUnreachable)
    return 'Start it with "assay up" (or npm start), or give its address with --url or ASSAY_URL.';
  if (error instanceof AssayProblem && /^identity\.token_/.test(error.code))
    return 'Sign in with "assay sign-in TOKEN"; the start prints the token.';
  return error instanceof UsageError ? '"assay --help" lists what there is.' : undefined;
}

/** One block: what went wrong, where, and what would be right. */
export function renderProblem(error: unknown, { colors }: Pick<Terminal, 'colors'>): string {
  const title = error instanceof AssayProblem ? error.title : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const lines = [title ? `${title}: ${message}` : message];
  if (error instanceof AssayProblem) {
    const isSaid = (issue: Finding) => message.includes(issue.detail) && message.includes(issue.hint ?? '');
    const issues = error.issues.filter((issue) => !isSaid(issue));
    lines.push(...renderFindings(issues));
    if (error.tool?.hint) lines.push(`  ${error.tool.hint}`);
    if (error.status >= 500) lines.push(`  Request ${error.requestId}.`);
  }
  const advice = adviceFor(error);
  if (advice) lines.push(`  ${advice}`);
  return `${colors.red('✗')} ${clean(lines.join('\n'))}`;
}

/** The same for programs. */
export function problemData(error: unknown): unknown {
  if (error instanceof AssayProblem) {
    const { code, status, title, message, issues, tool, requestId, retryable } = error;
    return { error: { code, status, title, detail: message, issues, tool, requestId, retryable } };
  }
  const name = error instanceof AssayUnreachable ? 'client.unreachable' : 'client.failed';
  const code = error instanceof UsageError ? 'client.usage' : name;
  return { error: { code, detail: error instanceof Error ? error.message : String(error) } };
}

import { AssayProblem, AssayUnreachable, type Issue } from '@assay/client';
import { InterruptedError, RefusedError, UsageError } from './exit.ts';
import { clean, type Terminal } from './terminal.ts';

/** `/params/predictors/1` as "predictors, value 2". */
function sayPointer(pointer: string): string {
  const [head, name = '', ...rest] = pointer.split('/').slice(1);
  if (head === undefined) return '';
  if (head !== 'params' && head !== 'inputs') return [head, name, ...rest].filter(Boolean).join('/');
  const steps = rest.map((step) => (/^\d+$/.test(step) ? `value ${Number(step) + 1}` : step));
  return [head === 'inputs' && name ? `input ${name}` : name, ...steps].filter(Boolean).join(', ');
}

function sayPlace({ pointer, row, column }: Issue): string {
  const inData = [row === undefined ? '' : `row ${row}`, column === undefined ? '' : `column "${column}"`];
  const given = sayPointer(pointer);
  return [given, given ? '' : inData.filter(Boolean).join(', ')].filter(Boolean).join('');
}

/** Where, and what was wrong there; then what would be right. */
export function renderIssues(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => {
    const detail = issue.detail.replace(/^\/[^\s:]*: /, '');
    const place = sayPlace(issue);
    const said = detail.toLowerCase().includes(place.toLowerCase());
    const line = `  • ${said ? '' : `${place}: `}${detail}`;
    return issue.hint ? [line, `    ${issue.hint}`] : [line];
  });
}

function adviceFor(error: unknown): string | undefined {
  if (error instanceof AssayUnreachable)
    return 'Start it with "assay up" (or npm start), or give its address with --url or ASSAY_URL.';
  if (error instanceof UsageError) return '"assay --help" lists what there is.';
  if (!(error instanceof AssayProblem)) return undefined;
  if (/^identity\.token_/.test(error.code))
    return 'Sign in with "assay sign-in TOKEN"; the start prints the token.';
  if (error.code === 'tool.input_invalid') return '"assay tool show TOOL" lists what the tool takes.';
  if (error.code === 'tool.not_found') return '"assay tool list" lists what there is.';
  return error.status >= 500 ? `The log of the server knows it as request ${error.requestId}.` : undefined;
}

/** The sentences of a problem: the server's title, and its detail where the issues do not say it already. */
function messageOf(error: unknown, issues: readonly Issue[]): string {
  if (!(error instanceof AssayProblem)) return error instanceof Error ? error.message : String(error);
  // The server speaks of headers, as it must; here nobody writes any.
  if (error.code === 'identity.token_missing') return 'You are not signed in at this address.';
  // "There is no such tool: there is no tool x" says it twice.
  if (error.code.endsWith('.not_found')) return error.message;
  const [first] = issues;
  return first && error.message.startsWith(first.detail)
    ? `${error.title}.`
    : `${error.title}: ${error.message}`;
}

/** One block: what went wrong, where, and what would be right. */
export function renderProblem(error: unknown, { errorColors }: Pick<Terminal, 'errorColors'>): string {
  const issues = error instanceof AssayProblem || error instanceof RefusedError ? error.issues : [];
  const lines = [messageOf(error, issues), ...renderIssues(issues)];
  if (error instanceof AssayProblem && error.tool?.hint) lines.push(`  ${error.tool.hint}`);
  const advice = adviceFor(error);
  if (advice) lines.push(`  ${advice}`);
  return `${errorColors.red('✗')} ${clean(lines.join('\n'))}`;
}

function codeOf(error: unknown): string {
  if (error instanceof AssayUnreachable) return 'client.unreachable';
  if (error instanceof UsageError) return 'client.usage';
  if (error instanceof RefusedError) return 'client.refused';
  return error instanceof InterruptedError ? 'client.interrupted' : 'client.failed';
}

/** The same for programs. */
export function problemData(error: unknown): unknown {
  if (error instanceof AssayProblem) {
    const { code, status, title, message, issues, tool, requestId, retryable } = error;
    return { error: { code, status, title, detail: message, issues, tool, requestId, retryable } };
  }
  const detail = error instanceof Error ? error.message : String(error);
  const issues = error instanceof RefusedError ? error.issues : [];
  return { error: { code: codeOf(error), detail, issues } };
}

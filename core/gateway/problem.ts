import { type AssayError, type ErrorCode, errorCodes, type Issue, type ToolRefusal } from '@assay/sdk';

/** RFC 9457 problem details. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly requestId: string;
  readonly retryable: boolean;
  readonly issues: readonly Issue[];
  readonly tool?: ToolRefusal;
}

/** Findings that one answer shows at most, and characters of each of their texts: the caller wrote some of both. */
const maxIssues = 50;
const maxText = 1000;

function cut(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)}…`.toWellFormed();
}

function cutIssue(issue: Issue): Issue {
  return {
    ...issue,
    pointer: cut(issue.pointer),
    detail: cut(issue.detail),
    ...(issue.hint === undefined ? {} : { hint: cut(issue.hint) }),
    ...(issue.column === undefined ? {} : { column: cut(issue.column) }),
  };
}

/** What may be shown of an error: all of ours below 500; of a fault on our side a fixed sentence and the request id. */
export function describeProblem(error: AssayError, requestId: string): Problem {
  const { code, status, retryable } = error;
  const fixed = `The fault is on our side; the log of the server has more under the request id ${requestId}.`;
  return {
    type: `urn:assay:error:${code}`,
    title: errorCodes[code].title,
    status,
    detail: status < 500 ? cut(error.message) : fixed,
    code,
    requestId,
    retryable,
    issues: status < 500 ? error.issues.slice(0, maxIssues).map(cutIssue) : [],
    ...(error.tool && status < 500 ? { tool: error.tool } : {}),
  };
}

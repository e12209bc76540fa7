import type { ErrorCode, Issue, ProblemDetails } from './types.ts';

/**
 * The server refused, or could not do, what was asked. Match by `code`.
 *
 * @example
 * try {
 *   await client.submitJob({ tool: 'statistics/t-test', inputs: { data }, params });
 * } catch (error) {
 *   if (!(error instanceof AssayProblem)) throw error;
 *   for (const issue of error.issues) console.log(issue.pointer, issue.detail, issue.hint);
 * }
 */
export class AssayProblem extends Error {
  /** `tool.input_invalid` and the like. */
  readonly code: ErrorCode;
  /** HTTP status. */
  readonly status: number;
  /** Short and the same for every problem of this code; `message` says what was wrong this time. */
  readonly title: string;
  /** What was wrong in which place, and what would be right. */
  readonly issues: readonly Issue[];
  /** What the tool itself said, where it was the tool that refused. */
  readonly tool: ProblemDetails['tool'];
  /** Names the request in the server's log. */
  readonly requestId: string;
  /** The same request may succeed later. */
  readonly retryable: boolean;

  constructor(details: ProblemDetails) {
    super(details.detail);
    this.name = 'AssayProblem';
    this.code = details.code;
    this.status = details.status;
    this.title = details.title;
    this.issues = details.issues;
    this.tool = details.tool;
    this.requestId = details.requestId;
    this.retryable = details.retryable;
  }
}

/**
 * No answer of an Assay server came: nothing listens there, the connection broke, or something else answered.
 *
 * @example
 * if (error instanceof AssayUnreachable) console.error(`Is Assay running at ${error.url}?`);
 */
export class AssayUnreachable extends Error {
  /** Address that was asked. */
  readonly url: string;

  constructor(url: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AssayUnreachable';
    this.url = url;
  }
}

function isProblem(value: unknown): value is ProblemDetails {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'detail' in value &&
    'issues' in value
  );
}

/** The error that an answer which is no success stands for. `body` is what was read of it. */
export function toError(response: Response, body: unknown): AssayProblem | AssayUnreachable {
  if (isProblem(body)) return new AssayProblem(body);
  const what = `${response.status} ${response.statusText}`.trim();
  return new AssayUnreachable(
    response.url,
    `Something answered "${what}" at ${response.url}, but not as Assay does. Is the address right?`,
  );
}

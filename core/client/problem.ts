/** One place in a request where something is wrong. */
export interface ProblemIssue {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly row?: number;
  readonly column?: string;
}

/**
 * An answer that is an error (RFC 9457). Match by `code`; the codes stand in docs/reference/errors.md.
 *
 * @example
 * try {
 *   await client.submitJob({ tool: 'statistics/t-test', inputs: { data }, params });
 * } catch (error) {
 *   if (error instanceof AssayProblem && error.code === 'tool.input_invalid') console.log(error.issues);
 *   else throw error;
 * }
 */
export class AssayProblem extends Error {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly issues: readonly ProblemIssue[];
  readonly requestId: string | undefined;
  readonly retryable: boolean;

  constructor(status: number, body: unknown) {
    const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const text = (name: string) => (typeof given[name] === 'string' ? given[name] : undefined);
    super(text('detail') ?? text('title') ?? `The server answered with status ${status}.`);
    this.name = 'AssayProblem';
    this.status = status;
    this.code = text('code') ?? 'internal.unexpected';
    this.title = text('title') ?? 'Something went wrong';
    this.issues = Array.isArray(given.issues) ? (given.issues as ProblemIssue[]) : [];
    this.requestId = text('requestId');
    this.retryable = given.retryable === true;
  }
}

/** A problem that stands for a server that did not answer. */
export function unreachable(url: string, cause: unknown): AssayProblem {
  const reason =
    cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause);
  return new AssayProblem(0, {
    code: 'server.unreachable',
    title: 'The server cannot be reached',
    detail: `${url} cannot be reached: ${reason}`,
    retryable: true,
  });
}

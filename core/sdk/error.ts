import { type ErrorCode, errorCodes } from './error-codes.ts';

/** One place in the input where something is wrong, and what would be right. */
export interface Issue {
  /** JSON pointer into the request body, `/params/predictors/0`; or empty. */
  readonly pointer: string;
  /** Upper-case code: a keyword of the schema or a column check (`COLUMN_NOT_FOUND`, `ROLE_MISMATCH`). */
  readonly code: string;
  /** What was wrong, in words. */
  readonly detail: string;
  /** What would be right. */
  readonly hint?: string;
  /** 1-based row in the data, where one is to blame. */
  readonly row?: number;
  /** Column in the data, where one is to blame. */
  readonly column?: string;
}

/** What a tool says when it refuses or fails (`run/1` `error` line). */
export interface ToolRefusal {
  readonly class: 'input' | 'data' | 'convergence' | 'resource' | 'unsupported' | 'internal';
  readonly code: string;
  readonly message: string;
  readonly where?: Readonly<Record<string, string | number>>;
  readonly hint?: string;
}

export interface ErrorExtras {
  readonly issues?: readonly Issue[];
  readonly tool?: ToolRefusal;
  readonly cause?: unknown;
  /** Seconds after which it is worth asking again. */
  readonly retryAfter?: number;
}

/**
 * The one error class of the product; matched by `code`, never by class or message.
 *
 * @example
 * throw new AssayError('dataset.not_found', `There is no data set ${id} in this workspace.`);
 */
export class AssayError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly issues: readonly Issue[];
  readonly tool: ToolRefusal | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, detail: string, extras: ErrorExtras = {}) {
    super(detail, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'AssayError';
    this.code = code;
    this.status = errorCodes[code].status;
    this.retryable = errorCodes[code].retryable;
    this.issues = extras.issues ?? [];
    this.tool = extras.tool;
    this.retryAfter = extras.retryAfter;
  }

  /** Narrows an unknown error to one of ours, optionally with a certain code. */
  static is(error: unknown, code?: ErrorCode): error is AssayError {
    return error instanceof AssayError && (code === undefined || error.code === code);
  }
}

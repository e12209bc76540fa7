import { AssayProblem, AssayUnreachable, type Issue } from '@assay/client';

/** What the command ends with; documented in docs/reference/cli.md. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  signIn: 3,
  unreachable: 4,
  refused: 5,
  jobFailed: 6,
  jobCancelled: 7,
  /** Something that was checked does not hold. */
  unsound: 8,
  interrupted: 130,
} as const;

/** The caller asked for something that cannot be understood; says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was given was looked at and refused, with each place that is wrong. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly issues: readonly Issue[];

  constructor(message: string, issues: readonly Issue[] = []) {
    super(message);
    this.issues = issues;
  }
}

/** Ctrl-C. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof RefusedError) return exitCodes.refused;
  if (error instanceof InterruptedError) return exitCodes.interrupted;
  if (error instanceof AssayUnreachable) return exitCodes.unreachable;
  if (error instanceof AssayProblem) {
    if (error.status === 401 || error.code.startsWith('access.')) return exitCodes.signIn;
    return error.status < 500 ? exitCodes.refused : exitCodes.unexpected;
  }
  return exitCodes.unexpected;
}

/** A finished job, as far as the exit code is concerned. */
export function exitCodeOfJob(state: string): number {
  if (state === 'failed') return exitCodes.jobFailed;
  return state === 'cancelled' ? exitCodes.jobCancelled : exitCodes.ok;
}

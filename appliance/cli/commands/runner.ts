import type { Outcome, Session } from '../session.ts';

/**
 * Turns what a command does into what commander calls: opens the session, prints the outcome, sets the exit code.
 * The arguments are those of the command, then its options.
 */
export type Runner = <A extends readonly unknown[]>(
  work: (session: Session, ...args: A) => Promise<Outcome>,
) => (...args: unknown[]) => Promise<void>;

import { AssayError, type RunHandle } from '@assay/sdk';
import { orAborted } from './abort.ts';

/** Who a program is started for. */
export interface Purpose {
  /** Nobody waits for it yet. */
  readonly ahead: boolean;
  /** Processors that it may use, `0-3`; those of this process where nothing is said. */
  readonly processorList?: string | undefined;
}

/** Starts a program. */
export type Start = (signal: AbortSignal, purpose: Purpose) => Promise<RunHandle>;

/**
 * Starts a program within its time, whatever it, or what starts it, does not answer.
 * @throws AssayError `runner.unavailable` where it is not ready in time
 */
export async function startInTime(
  start: Start,
  purpose: Purpose,
  withinMs: number,
  signal: AbortSignal,
): Promise<RunHandle> {
  const giveUp = new AbortController();
  const stop = () => giveUp.abort(signal.reason);
  const timer = setTimeout(() => {
    const seconds = Math.round(withinMs / 1000);
    giveUp.abort(new AssayError('runner.unavailable', `A program was not ready to run within ${seconds} s.`));
  }, withinMs);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await orAborted(start(giveUp.signal, purpose), giveUp.signal, (late) => late.kill('cancelled'));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

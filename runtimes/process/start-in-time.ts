import { AssayError, type RunHandle } from '@assay/sdk';
import { orAborted } from './abort.ts';

/** Starts a program; `ahead` says that nobody waits for it yet. */
export type Start = (signal: AbortSignal, ahead: boolean) => Promise<RunHandle>;

/**
 * Starts a program within its time, whatever it, or what starts it, does not answer.
 * @throws AssayError `runner.unavailable` where it is not ready in time
 */
export async function startInTime(
  start: Start,
  ahead: boolean,
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
    return await orAborted(start(giveUp.signal, ahead), giveUp.signal, (late) => late.kill('cancelled'));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { isPassing, toStorageError } from './s3-errors.ts';

const attempts = 5;
const firstMs = 100;
const longestMs = 3000;

/** Doubling pauses, each of them random between half and all of it, so that many clients do not come back at once. */
export function pauseMs(attempt: number): number {
  const whole = Math.min(firstMs * 2 ** attempt, longestMs);
  return whole / 2 + (Math.random() * whole) / 2;
}

/**
 * Does a step that may be done again, at most five times in all, as long as what stops it may pass. The step is told
 * which attempt it is: from the second on, an earlier one may have been carried out though its answer was lost.
 * @throws AssayError as `toStorageError` makes them
 */
export async function retrying<T>(doing: string, step: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await step(attempt);
    } catch (error) {
      if (!isPassing(error) || attempt + 1 >= attempts) throw toStorageError(doing, error);
      await delay(pauseMs(attempt));
    }
  }
}

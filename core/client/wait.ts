import type { CallOptions } from './transport.ts';

/** Waits, and ends early with the signal's reason. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Looks again and again, at first every tenth of a second and later once a second, until there is something. */
export async function lookUntil<T>(look: () => Promise<T | undefined>, { signal }: CallOptions): Promise<T> {
  for (let ms = 100; ; ms = Math.min(ms * 1.5, 1000)) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(ms, signal);
  }
}

/**
 * The same chunks, but an abort ends the wait for the next one at once with the signal's reason. Without this a body
 * whose sender has gone silent would hold its writer for ever.
 */
export async function* abortable(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (signal === undefined) {
    yield* source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let interrupt: (reason: unknown) => void = () => {};
  const onAbort = (): void => interrupt(signal.reason);
  signal.addEventListener('abort', onAbort);
  let ended = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        interrupt = reject;
        iterator.next().then(resolve, (error: unknown) => {
          ended = true;
          reject(error);
        });
      });
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    const closing = ended ? undefined : iterator.return?.();
    // An aborted source may never answer, so its closing is not awaited; the abort is what the caller learns.
    if (signal.aborted) closing?.catch(() => {});
    else await closing;
  }
}

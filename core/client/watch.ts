import { AssayUnreachable } from './problem.ts';
import { readEvents } from './server-sent-events.ts';
import { type CallOptions, isPassing, type Transport } from './transport.ts';
import { finalStates, type Job } from './types.ts';
import { pause } from './wait.ts';

export interface WatchOptions extends CallOptions {
  /** Only changes after this revision of the job. */
  readonly since?: number;
}

/** Times that the stream may break in a row without one event between. */
const maxBreaks = 8;
/** Longest silence: the server sends a sign of life every 15 seconds. */
const silenceMs = 45_000;

/** Bytes of an answer; ends with an error where none come for too long. */
async function* readBody(response: Response, gone: AbortController): AsyncGenerator<Uint8Array, void> {
  const quiet = () => gone.abort(new AssayUnreachable(response.url, 'The stream of events went silent.'));
  let timer = setTimeout(quiet, silenceMs);
  try {
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(quiet, silenceMs);
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** One connection: what it told, until it ended. */
async function* listen(transport: Transport, id: string, since: number, options: WatchOptions) {
  const gone = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, gone.signal]) : gone.signal;
  const response = await transport.raw(`/v1/jobs/${encodeURIComponent(id)}/events`, {
    headers: { accept: 'text/event-stream', ...(since > 0 ? { 'last-event-id': String(since) } : {}) },
    signal,
  });
  try {
    if (response.status === 204) return 'finished' as const;
    for await (const { event, data } of readEvents(readBody(response, gone)))
      if (event === 'job') yield JSON.parse(data) as Job;
    return 'broken' as const;
  } finally {
    gone.abort();
  }
}

/** The job now and after every change until it is finished; a broken connection is taken up where it broke. */
export async function* watchJob(
  transport: Transport,
  id: string,
  options: WatchOptions = {},
): AsyncGenerator<Job, void> {
  let since = options.since ?? 0;
  for (let breaks = 0; ; breaks++) {
    const events = listen(transport, id, since, options);
    try {
      for (;;) {
        const next = await events.next();
        if (next.done && next.value === 'finished') return;
        if (next.done) break;
        breaks = 0;
        since = next.value.revision;
        yield next.value;
        if (finalStates.includes(next.value.state)) return;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      const broken = error instanceof TypeError || isPassing(error);
      if (!broken || breaks >= maxBreaks) throw error;
    } finally {
      // Also where the caller has enough: the connection ends with it.
      await events.return('broken');
    }
    if (breaks >= maxBreaks)
      throw new AssayUnreachable(transport.url, 'The stream of events broke off too often; the job goes on.');
    await pause(Math.min(250 * 2 ** breaks, 5000), options.signal);
  }
}

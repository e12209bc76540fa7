import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import type { Logger } from '../../base/telemetry/index.ts';

export interface EventOptions {
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** A comment this often keeps the connection, and whatever lies between, from giving up. */
  readonly heartbeatMs?: number;
}

/**
 * Server-sent events `job`, their id the revision, so that `Last-Event-ID` resumes. Ends after the last item, when
 * `signal` aborts, or where watching fails: the caller comes back with the last id that it saw.
 */
export function eventStream(
  items: AsyncIterable<{ readonly revision: number }>,
  { signal, log, heartbeatMs = 15_000 }: EventOptions,
): Readable {
  const out = new PassThrough();
  const heartbeat = setInterval(() => {
    if (!out.writableNeedDrain) out.write(': still here\n\n');
  }, heartbeatMs);
  const send = async () => {
    // Also sends the headers, where nothing has changed since the revision that the caller knows.
    out.write('retry: 1000\n\n');
    for await (const item of items) {
      const more = out.write(`id: ${item.revision}\nevent: job\ndata: ${JSON.stringify(item)}\n\n`);
      if (!more) await once(out, 'drain', { signal });
    }
  };
  send()
    .catch((err: unknown) => {
      if (!signal.aborted) log.warn({ err }, 'a stream of events broke off');
    })
    .finally(() => {
      clearInterval(heartbeat);
      out.end();
    });
  return out;
}

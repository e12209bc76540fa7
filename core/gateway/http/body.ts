import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { AssayError } from '@assay/sdk';
import type { Upload } from './route.ts';

/** `text/csv` of `Text/CSV; charset=utf-8`. */
export function mediaTypeOf(header: string | undefined): string {
  return (header ?? 'application/octet-stream').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

async function* readAll(request: IncomingMessage): AsyncGenerator<Uint8Array, void> {
  const cut = (cause?: unknown) =>
    new AssayError(
      'request.interrupted',
      'The connection ended before the whole body came; nothing was kept.',
      {
        cause,
      },
    );
  // A refusal in mid-body must still be able to answer, so leaving early does not destroy the connection.
  const chunks = request.iterator({ destroyOnReturn: false });
  for (;;) {
    const next = await chunks.next().catch((error: unknown) => {
      throw cut(error);
    });
    if (next.done) break;
    yield next.value;
  }
  if (!request.complete) throw cut();
}

async function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of readAll(request)) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new AssayError(
        'request.too_large',
        `The body has more than the ${maxBytes} bytes that are taken here.`,
      );
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

const readingMs = 10_000;

/**
 * A small body as text.
 * @throws AssayError `request.too_large`, `request.timeout`, `request.interrupted`, `request.invalid`
 */
export async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new AssayError('request.timeout', 'The body did not arrive in time.')),
    readingMs,
  );
  try {
    const bytes = await Promise.race([collect(request, maxBytes), late.promise]);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (AssayError.is(cause)) throw cause;
    throw new AssayError('request.invalid', 'The body is not valid UTF-8.', { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** The raw body of a request; nothing of it is read before somebody asks for it. */
export function openUpload(request: IncomingMessage): Upload {
  const { 'content-length': length, 'content-type': type } = request.headers;
  return {
    mediaType: mediaTypeOf(type),
    ...(length === undefined ? {} : { length: Number(length) }),
    body: readAll(request),
  };
}

/** True while bytes of the body are still to come. */
export function isUnread(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  return !request.complete && !request.destroyed && (chunked !== undefined || Number(length ?? 0) > 0);
}

const lingerMs = 3000;
const lingerBytes = 64 * 1024 * 1024;

/**
 * Sends `text` at once and ends the answer only when the sender has noticed or a bound is reached. Closing with
 * bytes unread resets the connection, and the sender would never see why it was refused.
 */
export function answerEarly(request: IncomingMessage, text: string): Readable {
  const lingering = async function* () {
    yield Buffer.from(text);
    let bytes = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > lingerBytes) resolve();
    };
    const timer = setTimeout(resolve, lingerMs);
    for (const end of ['end', 'error', 'close']) request.once(end, () => resolve());
    request.on('data', count);
    await promise;
    clearTimeout(timer);
    request.off('data', count);
  };
  return Readable.from(lingering(), { objectMode: false });
}

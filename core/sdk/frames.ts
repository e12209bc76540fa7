import type { Writable } from 'node:stream';
import { AssayError } from './error.ts';

/**
 * Frames of the run protocol: one JSON object a line, at most 64 KiB; an object with a `bytes` field is
 * followed by exactly that many raw bytes. The same codec serves worker, runner and the programs in a runtime.
 */
export const maxLineBytes = 64 * 1024;

export interface FrameHeader {
  readonly t: string;
  readonly bytes?: number;
  readonly [field: string]: unknown;
}

export interface Frame {
  readonly header: FrameHeader;
  /** The raw bytes after the line; what is not read is skipped when the next frame is asked for. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface FrameLimits {
  /** Most bytes that one body may announce. */
  readonly maxBodyBytes: number;
}

const newline = 0x0a;

function violated(detail: string): AssayError {
  return new AssayError('run.protocol_violated', detail);
}

/** Chunks of a stream with a way to put a remainder back. */
class Chunks {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #rest: Uint8Array | undefined;
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }
  async next(): Promise<Uint8Array | undefined> {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest) return rest;
    for (;;) {
      const { value, done } = await this.#iterator.next();
      if (done) return undefined;
      if (value.length > 0) return value;
    }
  }
  putBack(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#rest = bytes;
  }
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

async function readLine(chunks: Chunks): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const chunk = await chunks.next();
    if (!chunk) {
      if (length === 0) return undefined;
      throw violated(`the stream ended inside a line, after ${length} bytes`);
    }
    const end = chunk.indexOf(newline);
    const part = end < 0 ? chunk : chunk.subarray(0, end);
    length += part.length;
    if (length > maxLineBytes) throw violated(`a line is longer than ${maxLineBytes} bytes`);
    parts.push(part);
    if (end >= 0) {
      chunks.putBack(chunk.subarray(end + 1));
      return parts.length === 1 ? part : Buffer.concat(parts);
    }
  }
}

function parseHeader(line: Uint8Array): FrameHeader {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch (cause) {
    throw new AssayError('run.protocol_violated', 'a line is not JSON in UTF-8', { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw violated('a line is not a JSON object');
  const { t, bytes } = header as { t?: unknown; bytes?: unknown };
  if (typeof t !== 'string') throw violated('a line has no field "t"');
  if (bytes !== undefined && (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0))
    throw violated(`"bytes" of a "${t.slice(0, 40)}" line is not a whole number`);
  return header as FrameHeader;
}

/**
 * Reads frames one after another, in constant memory.
 * @throws AssayError `run.protocol_violated` at the first byte that does not fit.
 */
export async function* readFrames(
  source: AsyncIterable<Uint8Array>,
  limits: FrameLimits,
): AsyncGenerator<Frame, void> {
  const chunks = new Chunks(source);
  try {
    for (;;) {
      const line = await readLine(chunks);
      if (!line) return;
      const header = parseHeader(line);
      let left = header.bytes ?? 0;
      if (left > limits.maxBodyBytes)
        throw violated(
          `a "${header.t.slice(0, 40)}" line announces ${left} bytes, at most ${limits.maxBodyBytes} are allowed`,
        );
      const announced = left;
      async function* body(): AsyncGenerator<Uint8Array, void> {
        while (left > 0) {
          const chunk = await chunks.next();
          if (!chunk)
            throw violated(
              `the stream ended ${left} bytes before the ${announced} bytes of "${header.t}" were complete`,
            );
          const part = chunk.subarray(0, left);
          chunks.putBack(chunk.subarray(part.length));
          left -= part.length;
          yield part;
        }
      }
      yield { header, body: { [Symbol.asyncIterator]: body } };
      for await (const _ of body()) {
        // skip what the consumer left unread
      }
    }
  } finally {
    await chunks.close();
  }
}

async function write(sink: Writable, bytes: Uint8Array | string): Promise<void> {
  if (sink.destroyed || sink.writableEnded)
    throw new AssayError('run.protocol_violated', 'the other side closed the stream');
  if (!sink.write(bytes)) await drained(sink);
}

/** Waits until the sink takes more, or never will; leaves no listener behind, for there are many writes. */
function drained(sink: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      for (const event of ['drain', 'close', 'error']) sink.off(event, settle);
      if (error) reject(error);
      else resolve();
    };
    for (const event of ['drain', 'close', 'error']) sink.on(event, settle);
  });
}

/** Writes one frame; `header.bytes` is set from the body, or given with a streamed one. Waits for the sink. */
export async function writeFrame(
  sink: Writable,
  header: FrameHeader,
  body?: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const full = body instanceof Uint8Array ? { ...header, bytes: body.length } : header;
  await write(sink, `${JSON.stringify(full)}\n`);
  if (body instanceof Uint8Array) {
    if (body.length > 0) await write(sink, body);
  } else if (body) {
    let sent = 0;
    for await (const chunk of body) {
      sent += chunk.length;
      await write(sink, chunk);
    }
    if (sent !== header.bytes) throw violated(`announced ${header.bytes} bytes, sent ${sent}`);
  }
}

/** Collects a body into one buffer; for bodies whose size is known to be small. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

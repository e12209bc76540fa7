import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import {
  AssayError,
  type ErrorLine,
  type Frame,
  type JobDocument,
  programLines,
  writeFrame,
} from '@assay/sdk';
import { Compile } from 'typebox/compile';

const checks = Object.fromEntries(Object.entries(programLines).map(([t, schema]) => [t, Compile(schema)]));

const mostBlobs = 200;
const mostLines = 20_000;
const progressEveryMs = 100;
const zeros = new Uint8Array(65536);
const resultBytes = 32 * 1024 * 1024;
/** Nothing else can still change what a result says. */
const afterResult = new Set(['log', 'done', 'error']);

/** How a program ended its own part: it said `done`, or `error`. */
export type Said = { readonly done: true } | { readonly done: false; readonly error: ErrorLine };

function violated(detail: string): AssayError {
  return new AssayError('run.protocol_violated', detail);
}

class OutputLimit extends AssayError {
  constructor(detail: string) {
    super('job.limit_exceeded', detail);
  }
}

export function isOutputLimit(error: unknown): boolean {
  return error instanceof OutputLimit;
}

/**
 * Passes a frame and its body on.
 * A body that breaks off is filled up with zeros before the error is thrown: what the runner says next must not be
 * taken for the rest of it.
 * @returns digest of the body
 */
async function passOn(sink: Writable, { header, body }: Frame): Promise<string> {
  const hash = createHash('sha256');
  let broken: unknown;
  async function* filled(): AsyncGenerator<Uint8Array, void> {
    let left = header.bytes ?? 0;
    try {
      for await (const part of body) {
        left -= part.length;
        hash.update(part);
        yield part;
      }
    } catch (error) {
      broken = error;
      for (; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
    }
  }
  await writeFrame(sink, header, filled());
  if (broken) throw broken;
  return `sha256:${hash.digest('hex')}`;
}

function checkLine(frame: Frame): void {
  const { t, bytes } = frame.header;
  const check = Object.hasOwn(checks, t) ? checks[t] : undefined;
  if (!check || t === 'ready')
    throw violated(`the program sent a line "${t.slice(0, 40)}", which is not known here`);
  if (!check.Check(frame.header)) throw violated(`a "${t}" line does not fit its schema`);
  if (t !== 'blob' && t !== 'result' && bytes !== undefined) throw violated(`a "${t}" line announces bytes`);
}

/**
 * Passes on what a program sends, line by line, believing nothing: every line against its schema, sizes and counts
 * within the run's limits, digests taken here. What comes after `done` or `error` is not read.
 */
export async function relay(
  frames: AsyncGenerator<Frame, void>,
  sink: Writable,
  limits: JobDocument['limits'],
  onBegun: () => void,
): Promise<Said> {
  const mostBytes = limits.outputMb * 1024 * 1024;
  const ids = new Set<string>();
  let bytes = 0;
  let lines = 0;
  let results = 0;
  let lastProgress = Number.NEGATIVE_INFINITY;
  for await (const frame of frames) {
    checkLine(frame);
    lines += 1;
    if (lines > mostLines) throw new OutputLimit(`the program sent more than ${mostLines} lines`);
    const { header } = frame;
    bytes += header.bytes ?? 0;
    if (bytes > mostBytes)
      throw new OutputLimit(`the output is larger than the ${limits.outputMb} MB that the tool may give`);
    if (results > 0 && !afterResult.has(header.t))
      throw violated(`the program sent "${header.t}" after its result`);
    switch (header.t) {
      case 'done':
        if (results !== 1) throw violated('the program said "done" without a result');
        return { done: true };
      case 'error':
        return { done: false, error: header as unknown as ErrorLine };
      case 'log':
        break;
      case 'begun':
        onBegun();
        break;
      case 'progress':
        if (performance.now() - lastProgress < progressEveryMs) break;
        lastProgress = performance.now();
        await writeFrame(sink, header);
        break;
      case 'blob': {
        const id = String(header.id);
        if (ids.has(id)) throw violated(`the blob "${id}" came twice`);
        ids.add(id);
        if (ids.size > mostBlobs) throw new OutputLimit(`the program sent more than ${mostBlobs} blobs`);
        await writeFrame(sink, { t: 'digest', id, digest: await passOn(sink, frame) });
        break;
      }
      case 'result':
        results += 1;
        if ((header.bytes ?? 0) > resultBytes)
          throw new OutputLimit(`the result document is larger than ${resultBytes} bytes`);
        await passOn(sink, frame);
        break;
      default:
        await writeFrame(sink, header);
    }
  }
  throw violated('the program ended without "done" or "error"');
}

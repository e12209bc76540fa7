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
const resultBytes = 32 * 1024 * 1024;

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

/** Passes a body on while it is hashed. */
async function* hashed(
  body: AsyncIterable<Uint8Array>,
  done: (digest: string) => void,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256');
  for await (const part of body) {
    hash.update(part);
    yield part;
  }
  done(`sha256:${hash.digest('hex')}`);
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
    switch (header.t) {
      case 'done':
        if (results !== 1) throw violated('the program said "done" without a result');
        return { done: true };
      case 'error':
        return { done: false, error: header as unknown as ErrorLine };
      case 'log':
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
        let digest = '';
        await writeFrame(
          sink,
          header,
          hashed(frame.body, (d) => {
            digest = d;
          }),
        );
        await writeFrame(sink, { t: 'digest', id, digest });
        break;
      }
      case 'result':
        results += 1;
        if (results > 1) throw violated('the program sent two results');
        if ((header.bytes ?? 0) > resultBytes)
          throw new OutputLimit(`the result document is larger than ${resultBytes} bytes`);
        await writeFrame(sink, header, frame.body);
        break;
      default:
        await writeFrame(sink, header);
    }
  }
  throw violated('the program ended without "done" or "error"');
}

import net from 'node:net';
import type { Writable } from 'node:stream';
import {
  collect,
  type ErrorLine,
  type Frame,
  type FrameHeader,
  type JobDocument,
  type ResultDocument,
  readFrames,
  runProtocol,
  writeFrame,
} from '@assay/sdk';

/** A tool's own no: it becomes the `error` line of the run. */
export class ToolStop extends Error {
  readonly line: Omit<ErrorLine, 't'>;
  constructor(line: Omit<ErrorLine, 't'>) {
    super(line.message);
    this.line = line;
  }
}

export interface Blob {
  readonly id: string;
  readonly role: 'table' | 'figure' | 'artifact' | 'dataset';
  readonly media: string;
  readonly bytes: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What a program can say while it works. */
export interface Emit {
  progress(stage: string, fraction: number, note?: string): Promise<void>;
  warning(warning: {
    code: string;
    message: string;
    severity: 'note' | 'caution' | 'result_doubtful';
  }): Promise<void>;
  blob(blob: Blob): Promise<void>;
  /** A progress, log or warning line that is there already. */
  line(line: FrameHeader): Promise<void>;
  result(result: ResultDocument | Uint8Array): Promise<void>;
}

export interface OneRun {
  readonly job: JobDocument;
  /** Files of the tool by name. */
  readonly code: ReadonlyMap<string, Buffer>;
  /** Slots in the order of the job document; each body must be read before the next is asked for. */
  readonly inputs: AsyncIterable<{
    readonly slot: string;
    readonly bytes: number;
    readonly body: AsyncIterable<Uint8Array>;
  }>;
  readonly emit: Emit;
  /** Folder of this run alone, removed when it ended; empty where the runtime has none. */
  readonly scratch: string;
}

export interface ProgramOptions {
  readonly runtime: string;
  readonly libs: Readonly<Record<string, string>>;
  readonly handle: (run: OneRun) => Promise<void>;
}

const protocolDescriptor = 3;
const maxBodyBytes = 2 ** 40;

function createEmit(sink: Writable): Emit {
  return {
    progress: (stage, fraction, note) =>
      writeFrame(sink, { t: 'progress', stage, fraction, ...(note ? { note } : {}) }),
    warning: (warning) => writeFrame(sink, { t: 'warning', ...warning }),
    blob: ({ id, role, media, bytes, body }) =>
      writeFrame(sink, { t: 'blob', id, role, name: id, media, bytes }, body),
    line: (line) => writeFrame(sink, line),
    result: (result) =>
      writeFrame(
        sink,
        { t: 'result' },
        result instanceof Uint8Array ? result : Buffer.from(JSON.stringify(result)),
      ),
  };
}

function toErrorLine(error: unknown): ErrorLine {
  if (error instanceof ToolStop) return { t: 'error', ...error.line };
  const message = error instanceof Error ? error.message : String(error);
  return { t: 'error', class: 'internal', code: 'CRASH', message: message.slice(0, 2000) };
}

/** `run` with the job document, then the tool's files, up to the first input or `go`. */
async function takeJob(frames: AsyncGenerator<Frame, void>) {
  const code = new Map<string, Buffer>();
  let job: JobDocument | undefined;
  for (;;) {
    const { value: frame, done } = await frames.next();
    if (done) return undefined;
    const { t, name }: Frame['header'] = (frame as Frame).header;
    if (t === 'run') job = JSON.parse((await collect(frame.body)).toString('utf8')) as JobDocument;
    else if (t === 'code' && typeof name === 'string') code.set(name, await collect(frame.body));
    else if ((t === 'input' || t === 'go') && job) return { job, code, first: frame };
  }
}

async function* takeInputs(first: Frame, frames: AsyncGenerator<Frame, void>) {
  for (let frame: Frame | undefined = first; frame && frame.header.t === 'input'; ) {
    yield { slot: String(frame.header.slot), bytes: frame.header.bytes ?? 0, body: frame.body };
    const { value, done } = await frames.next();
    frame = done ? undefined : value;
  }
  // Nothing more comes but the end of the runner: a program never outlives it.
  frames.next().then(
    () => process.exit(0),
    () => process.exit(0),
  );
}

/**
 * The life of a program in a process runtime: says `ready`, is handed one run, answers, ends. When its input ends
 * before a run came (the runner is gone, or the pool is drained) it ends with nothing done.
 */
export async function serveOneRun(options: ProgramOptions): Promise<never> {
  // Sockets, not files: a read or write of a file would sit in a thread that `exit` waits for.
  const sink: Writable = new net.Socket({ fd: protocolDescriptor, readable: false });
  sink.on('error', () => process.exit(0));
  const frames = readFrames(process.stdin, { maxBodyBytes });
  await writeFrame(sink, {
    t: 'ready',
    protocol: runProtocol,
    runtime: options.runtime,
    libs: options.libs,
    warm_ms: Math.round(performance.now()),
  });
  const taken = await takeJob(frames);
  if (!taken) process.exit(0);
  const emit = createEmit(sink);
  try {
    const inputs = takeInputs(taken.first, frames);
    await options.handle({
      job: taken.job,
      code: taken.code,
      inputs,
      emit,
      scratch: process.env.ASSAY_SCRATCH ?? '',
    });
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    await writeFrame(sink, {
      t: 'done',
      peak_rss_mb: maxRSS / 1024,
      cpu_ms: (userCPUTime + systemCPUTime) / 1000,
    });
  } catch (error) {
    await writeFrame(sink, toErrorLine(error));
  }
  await new Promise((resolve) => sink.end(resolve));
  process.exit(0);
}

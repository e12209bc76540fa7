import {
  collect,
  type FrameHeader,
  type JobDocument,
  type RunEnding,
  type RunHandle,
  writeFrame,
} from '@assay/sdk';
import { type Data, everyType } from './data.ts';
import type { Language, ToolName } from './language.ts';

/** How the kit gets a program that is started, ready and unused. */
export type Start = (signal: AbortSignal) => Promise<RunHandle>;

export interface Asked {
  readonly tool: ToolName;
  readonly data?: Data;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  /** Bytes of comment that the tool's file is made longer by. */
  readonly padding?: number;
  /** What happens with the program instead of waiting for it, once its job was sent. */
  readonly meanwhile?: (handle: RunHandle, lines: readonly FrameHeader[]) => Promise<void>;
}

/** All that a program said and how it ended. */
export interface Conversation {
  readonly ready: RunHandle['ready'];
  readonly lines: readonly FrameHeader[];
  readonly bodies: ReadonlyMap<string, Buffer>;
  readonly result?: Buffer;
  readonly log: string;
  readonly ending: RunEnding;
}

const startWithinMs = 120_000;
const endWithinMs = 120_000;
export const limits = { seconds: 300, memoryMb: 2048, outputMb: 256 };

function documentOf(language: Language, asked: Asked): JobDocument {
  const data = asked.data ?? everyType;
  return {
    protocol: 'run/1',
    tool: `conformance/${asked.tool}`,
    version: '1.0.0',
    program: language.program,
    seed: asked.seed ?? 1,
    threads: 1,
    locale: 'C.UTF-8',
    deadline: limits.seconds,
    limits,
    inputs: [
      {
        slot: 'data',
        format: 'arrow',
        bytes: data.bytes.length,
        digest: data.digest,
        mediaType: 'application/vnd.apache.arrow.stream',
        name: 'conformance',
        schema: data.schema,
      },
    ],
    params: asked.params ?? {},
  };
}

/** The frames of a job in the order in which the runner sends them. */
export function framesOf(language: Language, asked: Asked): (readonly [FrameHeader, Uint8Array?])[] {
  const document = documentOf(language, asked);
  const padding = asked.padding
    ? `\n${`${language.comment} ${'x'.repeat(98)}\n`.repeat(Math.ceil(asked.padding / 100))}`
    : '';
  const code: [string, string][] = [[language.program, language.tools[asked.tool] + padding]];
  if (asked.tool === 'two') code.unshift([language.program.replace('main', 'more'), language.more]);
  return [
    [{ t: 'run' }, Buffer.from(JSON.stringify(document))],
    ...code.map(([name, text]) => [{ t: 'code', name }, Buffer.from(text)] as const),
    [{ t: 'input', slot: 'data' }, (asked.data ?? everyType).bytes],
    [{ t: 'go' }],
  ];
}

/** Reads what a program says until its channel ends, and waits for its own end. */
export async function listen(handle: RunHandle, lines: FrameHeader[] = []): Promise<Conversation> {
  const bodies = new Map<string, Buffer>();
  let result: Buffer | undefined;
  // A program that hangs is ended, and found out by how it ended.
  const late = setTimeout(() => handle.kill('timeout'), endWithinMs);
  try {
    for await (const { header, body } of handle.output) {
      lines.push(header);
      const bytes = await collect(body);
      if (header.t === 'blob') bodies.set(String(header.id), bytes);
      if (header.t === 'result') result = bytes;
    }
    const ending = await handle.ended;
    return { ready: handle.ready, lines, bodies, ...(result ? { result } : {}), log: handle.log(), ending };
  } finally {
    clearTimeout(late);
    handle.kill('cancelled');
  }
}

/** Starts a program, gives it its job, and hears it to its end. */
export async function converse(start: Start, language: Language, asked: Asked): Promise<Conversation> {
  const handle = await start(AbortSignal.timeout(startWithinMs));
  handle.begin(limits);
  const lines: FrameHeader[] = [];
  const heard = listen(handle, lines);
  try {
    for (const frame of framesOf(language, asked)) await writeFrame(handle.input, ...frame);
    await asked.meanwhile?.(handle, lines);
  } catch {
    // A program that ends early takes nothing more; what it said and how it ended says why.
  }
  return heard;
}

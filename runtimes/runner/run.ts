import type { Socket } from 'node:net';
import type { Fence } from '@assay/runtime-process';
import {
  AssayError,
  type CodeFile,
  type ErrorLine,
  type Frame,
  type FrameHeader,
  type RunHandle,
  type RunSpecification,
  type Runtime,
  writeFrame,
} from '@assay/sdk';
import { type AdmittedPlugin, readToolCode } from './code.ts';
import { isOutputLimit, relay, type Said } from './relay.ts';

type Failure = Pick<ErrorLine, 'class' | 'code' | 'message' | 'where' | 'hint'>;

/** How a run ended, as the worker is told. */
type Ended =
  | { readonly ok: true; readonly peakRssMb: number; readonly timings: Timings }
  | { readonly ok: false; readonly error: Failure; readonly log: string };

/** Milliseconds to a ready program, from there until it had its inputs, from there to its last word. */
interface Timings {
  readonly startMs: number;
  readonly readMs: number;
  readonly computeMs: number;
}

/** Memory beyond the tool's own that the engine needs for itself. */
const engineMb = 768;
/** How long a program whose frames ended has to end itself. */
const graceMs = 500;
/** How soon a worker's end is noticed at the latest. */
const pulseMs = 1000;
/** Characters of what the program printed that go back with a failure. */
const loggedBytes = 4096;

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface RunDeps {
  readonly runtimes: readonly Runtime[];
  readonly plugins: readonly AdmittedPlugin[];
  readonly fence: Fence;
  readonly openSpecification: (frame: Frame) => Promise<RunSpecification>;
  readonly log: (message: string, fields: Record<string, unknown>) => void;
}

/**
 * Hands the run its job, its code and then its inputs, as the worker sends them. Goes on reading to the worker's end:
 * `cancel` may still come, and a worker that is in the middle of sending must not find the door shut.
 */
async function handOver(
  handle: RunHandle,
  spec: RunSpecification,
  code: readonly CodeFile[],
  frames: AsyncGenerator<Frame, void>,
  cancel: () => void,
): Promise<void> {
  let listening = true;
  // A program that is gone takes nothing more; how it ended says why.
  const tell = async (...frame: [FrameHeader, (Uint8Array | AsyncIterable<Uint8Array>)?]) => {
    if (!listening) return;
    try {
      await writeFrame(handle.input, ...frame);
    } catch {
      listening = false;
    }
  };
  await tell({ t: 'run' }, Buffer.from(JSON.stringify(spec.job)));
  for (const { name, bytes } of code) await tell({ t: 'code', name }, bytes);
  const expected = [...spec.job.inputs];
  for (;;) {
    const { value: frame, done } = await frames.next();
    if (done) return;
    const { t, slot, bytes = 0 } = (frame as Frame).header;
    if (t === 'cancel') cancel();
    else if (t === 'input') {
      const next = expected.shift();
      // What was authenticated says what comes; a program is told the same.
      if (slot !== next?.slot || bytes !== next?.bytes)
        throw new AssayError('run.protocol_violated', 'an input is not what the specification says');
      await tell({ t, slot, bytes }, (frame as Frame).body);
    } else if (t === 'go' && expected.length === 0) await tell({ t });
    else throw new AssayError('run.protocol_violated', `the worker sent "${t.slice(0, 40)}"`);
  }
}

/** Why a run failed, from how its program ended and what broke. */
async function explain(
  handle: RunHandle,
  { limits }: RunSpecification['job'],
  error: unknown,
): Promise<Failure> {
  const broken = AssayError.is(error) ? error.message : 'the program broke';
  if (isOutputLimit(error)) return { class: 'resource', code: 'OUTPUT_LIMIT', message: broken };
  // A program that is still there broke the protocol; one that is gone is explained by how it went.
  const grace = setTimeout(() => handle.kill('protocol'), graceMs);
  const ending = await handle.ended;
  clearTimeout(grace);
  if (ending.how === 'killed')
    switch (ending.why) {
      case 'timeout':
        return {
          class: 'resource',
          code: 'TIMEOUT',
          message: `the run took longer than the ${limits.seconds} s it may`,
        };
      case 'memory':
        return {
          class: 'resource',
          code: 'OOM',
          message: `the run used more than the ${limits.memoryMb} MB it may`,
        };
      case 'cancelled':
        return { class: 'internal', code: 'CANCELLED', message: 'the run was cancelled' };
      case 'protocol':
        return { class: 'internal', code: 'PROTOCOL', message: broken };
    }
  if (ending.signal === 'ENGINE')
    throw new AssayError('runner.unavailable', 'The container engine went away in the middle of a run.');
  const died = ending.signal !== null || ending.code !== 0;
  if (died) return { class: 'internal', code: 'CRASH', message: 'the program died' };
  return { class: 'internal', code: 'PROTOCOL', message: broken };
}

/**
 * What the program answered, or why it did not.
 * @param asked - when the worker asked for the run, by `performance.now()`
 */
async function hear(
  handle: RunHandle,
  socket: Socket,
  job: RunSpecification['job'],
  asked: number,
): Promise<Ended> {
  let said: Said;
  const ready = performance.now();
  let begun = ready;
  try {
    said = await relay(handle.output, socket, job.limits, () => {
      begun = performance.now();
    });
  } catch (error) {
    return { ok: false, error: await explain(handle, job, error), log: handle.log().slice(-loggedBytes) };
  }
  if (said.done) {
    const timings = { startMs: ready - asked, readMs: begun - ready, computeMs: performance.now() - begun };
    return { ok: true, peakRssMb: Math.round(handle.peakMb()), timings };
  }
  const { t: _, retryable: __, ...error } = said.error;
  return { ok: false, error, log: handle.log().slice(-loggedBytes) };
}

/** Carries out the run that a specification asks for, and tells how it ended. */
async function carryOut(
  deps: RunDeps,
  socket: Socket,
  frames: AsyncGenerator<Frame, void>,
  specification: Frame,
  gone: AbortSignal,
  asked: number,
): Promise<Ended> {
  const spec = await deps.openSpecification(specification);
  const runtime = deps.runtimes.find((r) => r.name === spec.runtime);
  if (!runtime)
    throw new AssayError('run.specification_refused', `there is no runtime "${spec.runtime}" here`);
  const description = await runtime.describe();
  const { code, shipped } = await readToolCode(spec, deps.plugins, description);
  const { processorList, leave } = deps.fence.enter(shipped);
  const handle = await runtime.take(gone, processorList).catch((error: unknown) => {
    leave();
    throw error;
  });
  const cancel = () => handle.kill('cancelled');
  gone.addEventListener('abort', cancel, { once: true });
  if (gone.aborted) cancel();
  try {
    handle.begin({
      seconds: spec.job.limits.seconds,
      memoryMb: spec.job.limits.memoryMb + engineMb,
      ...(processorList ? { processorList } : {}),
    });
    await writeFrame(socket, { t: 'started', runtime: description });
    handOver(handle, spec, code, frames, cancel).catch((error: unknown) => {
      if (!gone.aborted) deps.log('the worker broke off', { run: spec.run, reason: reasonOf(error) });
      socket.destroy();
    });
    const ended = await hear(handle, socket, spec.job, asked);
    if (!ended.ok) {
      const { class: kind, code: what } = ended.error;
      deps.log('a run failed', { run: spec.run, tool: spec.job.tool, class: kind, code: what });
    }
    return ended;
  } finally {
    handle.kill('cancelled');
    await handle.ended;
    leave();
  }
}

/**
 * Tells when the worker is gone, also while a program takes no input and nothing is read of the worker therefore: its end
 * would not be seen then. Writing nothing at all fails on a connection whose other side is closed, and disturbs no frame.
 */
function watchWorker(socket: Socket): AbortSignal {
  const gone = new AbortController();
  const pulse = setInterval(() => {
    if (socket.writable && socket.writableLength === 0) socket.write(new Uint8Array());
  }, pulseMs);
  socket.once('close', () => {
    clearInterval(pulse);
    gone.abort();
  });
  return gone.signal;
}

/** Answers one connection of the worker: what the runtimes are, or one run from its first frame to the last answer. */
export async function answer(
  deps: RunDeps,
  socket: Socket,
  frames: AsyncGenerator<Frame, void>,
): Promise<void> {
  const { value: first } = await frames.next();
  if (first?.header.t === 'describe') {
    const runtimes = await Promise.all(deps.runtimes.map((r) => r.describe()));
    return writeFrame(socket, { t: 'runtimes' }, Buffer.from(JSON.stringify(runtimes)));
  }
  if (first?.header.t !== 'spec')
    throw new AssayError('run.protocol_violated', 'the first frame is not "spec"');
  const started = performance.now();
  const gone = watchWorker(socket);
  let ended: Ended;
  try {
    ended = await carryOut(deps, socket, frames, first, gone, started);
  } catch (error) {
    if (gone.aborted) return;
    // Anything else is a fault of this host: the connection ends, and the worker tries again.
    if (!AssayError.is(error) || !/^(run\.specification_refused|plugin\.|tool\.)/.test(error.code))
      throw error;
    deps.log('a run was refused', { reason: error.message });
    const code = error.code === 'tool.runtime_unavailable' ? 'UNAVAILABLE' : 'REFUSED';
    ended = { ok: false, error: { class: 'internal', code, message: error.message }, log: '' };
  }
  if (gone.aborted) return;
  await writeFrame(socket, { t: 'ended', seconds: (performance.now() - started) / 1000, ...ended });
}

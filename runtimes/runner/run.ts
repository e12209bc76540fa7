import type { Socket } from 'node:net';
import {
  AssayError,
  collect,
  type ErrorLine,
  type Frame,
  type RunHandle,
  type RunSpecification,
  type Runtime,
  writeFrame,
} from '@assay/sdk';
import { type AdmittedPlugin, type CodeFile, readToolCode } from './code.ts';
import { isOutputLimit, relay, type Said } from './relay.ts';

type Failure = Pick<ErrorLine, 'class' | 'code' | 'message' | 'where' | 'hint'>;

/** Memory beyond the tool's own that the engine needs for itself. */
const engineMb = 768;

export interface RunDeps {
  readonly runtimes: readonly Runtime[];
  readonly plugins: readonly AdmittedPlugin[];
  readonly openSpecification: (bytes: Buffer, mac: unknown) => RunSpecification;
  readonly log: (message: string, fields: Record<string, unknown>) => void;
}

/** Sends the run its job, its code and then its inputs, as the worker sends them. */
async function handOver(
  handle: RunHandle,
  spec: RunSpecification,
  code: readonly CodeFile[],
  frames: AsyncGenerator<Frame, void>,
) {
  await writeFrame(handle.input, { t: 'run' }, Buffer.from(JSON.stringify(spec.job)));
  for (const { name, bytes } of code) await writeFrame(handle.input, { t: 'code', name }, bytes);
  for await (const { header, body } of frames) {
    if (header.t === 'go') {
      await writeFrame(handle.input, { t: 'go' });
      return;
    }
    if (header.t !== 'input') throw new AssayError('run.protocol_violated', `the worker sent "${header.t}"`);
    await writeFrame(handle.input, { t: 'input', slot: header.slot, bytes: header.bytes ?? 0 }, body);
  }
  throw new AssayError('run.protocol_violated', 'the worker closed before "go"');
}

/** Why a run failed, from how its program ended and what broke. */
async function explain(handle: RunHandle, spec: RunSpecification, error: unknown): Promise<Failure> {
  const broken = AssayError.is(error) ? error.message : 'the program broke';
  if (isOutputLimit(error)) {
    handle.kill('cancelled');
    return { class: 'resource', code: 'OUTPUT_LIMIT', message: broken };
  }
  // A program that is still there broke the protocol; one that is gone is explained by how it went.
  const grace = setTimeout(() => handle.kill('cancelled'), 500);
  const ending = await handle.ended;
  clearTimeout(grace);
  if (ending.how === 'killed' && ending.why === 'timeout')
    return {
      class: 'resource',
      code: 'TIMEOUT',
      message: `the run took longer than the ${spec.job.limits.seconds} s it may`,
    };
  if (ending.how === 'killed' && ending.why === 'memory')
    return {
      class: 'resource',
      code: 'OOM',
      message: `the run used more than the ${spec.job.limits.memoryMb} MB it may`,
    };
  const died = ending.how === 'exited' && (ending.signal !== null || ending.code !== 0);
  if (died) return { class: 'internal', code: 'CRASH', message: 'the program died' };
  return { class: 'internal', code: 'PROTOCOL', message: broken };
}

/** Carries one run out, from the worker's first frame to the last answer. */
export async function carryOutRun(
  deps: RunDeps,
  socket: Socket,
  frames: AsyncGenerator<Frame, void>,
): Promise<void> {
  const { value: first } = await frames.next();
  if (first?.header.t !== 'spec')
    throw new AssayError('run.protocol_violated', 'the first frame is not "spec"');
  const started = performance.now();
  const end = (rest: { ok: true; peakRssMb: number } | { ok: false; error: Failure }) =>
    writeFrame(socket, { t: 'ended', seconds: (performance.now() - started) / 1000, ...rest });
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  let handle: RunHandle | undefined;
  try {
    const spec = deps.openSpecification(await collect(first.body), first.header.mac);
    const runtime = deps.runtimes.find((r) => r.name === spec.runtime);
    if (!runtime)
      throw new AssayError('run.specification_refused', `there is no runtime "${spec.runtime}" here`);
    const description = await runtime.describe();
    const code = await readToolCode(spec, deps.plugins, description);
    const taken = await runtime.take(gone.signal);
    handle = taken;
    gone.signal.addEventListener('abort', () => taken.kill('cancelled'), { once: true });
    if (gone.signal.aborted) taken.kill('cancelled');
    taken.begin({ seconds: spec.job.limits.seconds, memoryMb: spec.job.limits.memoryMb + engineMb });
    await writeFrame(socket, { t: 'started', runtime: description });
    const sending = handOver(taken, spec, code, frames).catch((error: unknown) => error);
    let said: Said | undefined;
    let failure: Failure | undefined;
    try {
      said = await relay(taken.output, socket, spec.job.limits);
    } catch (error) {
      if (gone.signal.aborted) return;
      failure = await explain(taken, spec, error);
    }
    const peakRssMb = Math.round(taken.peakMb());
    taken.kill('cancelled');
    await taken.ended;
    await sending;
    if (failure) deps.log('a run failed', { run: spec.run, ...failure, log: taken.log().slice(-4096) });
    if (failure) await end({ ok: false, error: failure });
    else if (said?.done) await end({ ok: true, peakRssMb });
    else if (said) {
      const { t: _, retryable: __, ...error } = said.error;
      await end({ ok: false, error });
    }
  } catch (error) {
    if (gone.signal.aborted) return;
    if (!AssayError.is(error, 'run.specification_refused')) throw error;
    deps.log('a run was refused', { reason: error.message });
    await end({ ok: false, error: { class: 'internal', code: 'REFUSED', message: error.message } });
  } finally {
    handle?.kill('cancelled');
  }
}

import { type Duplex, PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogTail, takeReady } from '@assay/runtime-process';
import {
  AssayError,
  type KillReason,
  type ReadyLine,
  type RunEnding,
  type RunHandle,
  type RunLimits,
  readFrames,
} from '@assay/sdk';
import type { Container, ContainerCreateOptions, ContainerInspectInfo } from 'dockerode';
import { demultiplex } from './demultiplex.ts';
import { type Engine, engineFault, isGone } from './engine.ts';
import { type ContainerProfile, containerProfile, type ProfileOptions } from './profile.ts';

const watchMs = 1000;
/** Weights for the processor beside other containers; the engine's least is 2. */
const [usualShares, aheadShares] = [1024, 64];
const maxBodyBytes = 2 ** 40;
/** How long the engine has to hand on what a container said before it ended. */
const lastWordMs = 5000;
/** How long the engine has to notice that a container ended, whose limits it could not set. */
const unansweredMs = 30_000;
/**
 * How long the engine has to say that it ended what it was told to end. Of a container that was out of memory a thousand times it
 * says so seconds after the last process is gone: it writes down each time first.
 */
const endWithinMs = 2000;

/** gVisor takes no new limits once it runs: what a run may have is watched there, under a ceiling that the kernel holds. */
export const hasLimitsOfItsOwn = ({ ociRuntime }: Pick<ProfileOptions, 'ociRuntime'>) =>
  ociRuntime !== 'runsc';

/** How it ended, from what the engine saw. */
function endingOf(state: ContainerInspectInfo['State'], killed: KillReason | undefined): RunEnding {
  // The kernel ends what outgrows its memory; it says so, and it was first.
  if (state.OOMKilled) return { how: 'killed', why: 'memory' };
  if (killed) return { how: 'killed', why: killed };
  return { how: 'exited', code: state.ExitCode, signal: null };
}

async function waitForEnd(container: Container, killed: () => KillReason | undefined): Promise<RunEnding> {
  try {
    await container.wait();
    const { State } = await container.inspect();
    return endingOf(State, killed());
  } catch {
    // The engine itself went away, and its containers with it or not: what is left is removed at its return.
    const why = killed();
    return why ? { how: 'killed', why } : { how: 'exited', code: null, signal: 'ENGINE' };
  }
}

async function remove(container: Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (!isGone(error)) throw engineFault(error);
  }
}

async function memoryMb(container: Container): Promise<number> {
  const stats = await container.stats({ stream: false, 'one-shot': true });
  const { usage = 0, stats: parts } = stats.memory_stats;
  const cache = parts?.total_inactive_file ?? parts?.inactive_file ?? 0;
  return Math.max(0, usage - cache) / 1024 / 1024;
}

/**
 * Starts a container of the image, and waits until its program says that it is ready.
 * @param ahead nobody waits for it yet: it stands behind other containers for the processor until it is handed a run,
 *   and what it takes while it waits is measured
 */
export async function startContainer(
  engine: Engine,
  options: Omit<ProfileOptions, 'cpuShares'>,
  render: (profile: ContainerProfile) => ContainerCreateOptions,
  signal: AbortSignal,
  ahead: boolean,
): Promise<RunHandle> {
  let container: Container;
  let stream: Duplex;
  try {
    container = await engine.createContainer(
      render(containerProfile({ ...options, cpuShares: ahead ? aheadShares : usualShares })),
    );
    stream = (await container.attach({
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
      hijack: true,
    })) as unknown as Duplex;
  } catch (error) {
    throw engineFault(error);
  }
  if (signal.aborted) {
    // The engine does not end the stream of a container that never started.
    stream.destroy();
    await remove(container);
    throw signal.reason;
  }
  const printed = new PassThrough();
  // A program may end while we write to it; how it ended says why.
  stream.on('error', () => undefined);
  const log = createLogTail(printed);
  let killed: KillReason | undefined;
  let peak = 0;
  const timers: NodeJS.Timeout[] = [];
  let stopped = false;
  const stopTimers = () => {
    stopped = true;
    for (const timer of timers) clearTimeout(timer);
  };
  const unanswered = Promise.withResolvers<RunEnding>();
  const kill = (why: KillReason) => {
    if (killed) return;
    killed = why;
    stopTimers();
    // An engine that hangs does not say that it ended; nobody waits for that.
    setTimeout(() => unanswered.resolve({ how: 'killed', why }), endWithinMs).unref();
    // One that cannot be removed now is removed when the engine is back, or at the next start.
    remove(container).catch(() => undefined);
  };
  const abort = () => kill('cancelled');
  signal.addEventListener('abort', abort, { once: true });
  const output = readFrames(demultiplex(stream, printed), { maxBodyBytes });
  let ended: Promise<RunEnding>;
  let ready: ReadyLine;
  let idleMb = 0;
  try {
    await container.start();
    ended = waitForEnd(container, () => killed);
    ready = await takeReady(output).catch((cause: unknown) => {
      const why = `the container did not start: ${log().trim().slice(-500)}`;
      throw new AssayError('run.protocol_violated', why, { cause });
    });
    if (ahead) idleMb = await memoryMb(container);
  } catch (error) {
    kill('cancelled');
    stream.destroy();
    throw engineFault(error);
  } finally {
    signal.removeEventListener('abort', abort);
  }
  const over = Promise.race([ended, unanswered.promise]).then(async (ending) => {
    stopTimers();
    await Promise.race([remove(container), unanswered.promise]);
    // What it said last may still be on its way, which matters of one that ended by itself; an engine that lost the end of it must
    // not keep the reader waiting.
    setTimeout(() => stream.destroy(), killed ? 0 : lastWordMs).unref();
    return ending;
  });
  return {
    ready,
    idleMb,
    input: stream,
    output,
    log,
    ended: over,
    kill,
    peakMb: () => peak,
    begin({ memoryMb: limit, seconds, processorList }: RunLimits) {
      timers.push(setTimeout(() => kill('timeout'), seconds * 1000));
      const bytes = limit * 1024 * 1024;
      const processors = processorList ? { CpusetCpus: processorList } : {};
      if (hasLimitsOfItsOwn(options))
        container
          .update({ Memory: bytes, MemorySwap: bytes, CpuShares: usualShares, ...processors })
          .catch(async () => {
            // One that has ended meanwhile needs no limits; one that goes on must not go on without them.
            const over = ended.then(() => true);
            if (!(await Promise.race([over, delay(unansweredMs, false, { ref: false })]))) kill('protocol');
          });
      const watch = async () => {
        try {
          const used = await memoryMb(container);
          peak = Math.max(peak, used);
          if (used > limit) kill('memory');
        } catch (error) {
          if (!isGone(error)) return;
        }
        // It may have ended while the engine was asked.
        if (!stopped) timers.push(setTimeout(watch, watchMs));
      };
      void watch();
    },
  };
}

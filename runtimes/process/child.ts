import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import {
  AssayError,
  type KillReason,
  type ReadyLine,
  type RunEnding,
  type RunHandle,
  type RunLimits,
  readFrames,
} from '@assay/sdk';
import { createLogTail } from './log-tail.ts';
import { useProcessors } from './processors.ts';
import { takeReady } from './ready.ts';
import { processTree, residentMb } from './tree.ts';

const watchMs = 150;

/** Bodies are bounded by the limits of the run, which the runner holds; this bounds what can be announced at all. */
const maxBodyBytes = 2 ** 40;

/** Ends a process and all its descendants; one that is gone already is fine. */
function killTree(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  // Its group too: a descendant whose parent is gone stands no longer below it.
  for (const pid of [...processTree(child.pid), -child.pid]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Starts a program, and waits until it says that it is ready. */
export async function startChild(
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RunHandle> {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...env },
    detached: true,
  });
  const [stdin, stdout, stderr, protocol] = child.stdio as unknown as [
    Writable,
    Readable,
    Readable,
    Readable,
  ];
  const log = createLogTail(stdout, stderr);
  // A program may end while we write to it; how it ended says why.
  stdin.on('error', () => undefined);
  let killed: KillReason | undefined;
  let peak = 0;
  const timers: NodeJS.Timeout[] = [];
  const stopTimers = () => {
    for (const timer of timers) clearTimeout(timer);
  };
  const ended = new Promise<RunEnding>((resolve) => {
    child.once('error', () => resolve({ how: 'exited', code: 127, signal: null }));
    child.once('exit', (code, signalName) => {
      stopTimers();
      resolve(killed ? { how: 'killed', why: killed } : { how: 'exited', code, signal: signalName });
    });
  });
  const kill = (why: KillReason) => {
    killed ??= why;
    stopTimers();
    killTree(child);
  };
  const abort = () => kill('cancelled');
  signal.addEventListener('abort', abort, { once: true });
  const output = readFrames(protocol, { maxBodyBytes });
  let ready: ReadyLine;
  try {
    ready = await takeReady(output);
  } catch (error) {
    kill('cancelled');
    await ended;
    throw new AssayError('run.protocol_violated', `the program did not start: ${log().trim().slice(-500)}`, {
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return {
    ready,
    idleMb: child.pid === undefined ? 0 : residentMb(processTree(child.pid)),
    input: stdin,
    output,
    log,
    ended,
    kill,
    peakMb: () => peak,
    begin({ memoryMb, seconds, processorList }: RunLimits) {
      // The walls around it stand idle: what works is the program, the last of its tree.
      const program = child.pid === undefined ? undefined : processTree(child.pid).at(-1);
      if (program !== undefined && processorList)
        useProcessors(program, processorList).catch(() => kill('protocol'));
      timers.push(setTimeout(() => kill('timeout'), seconds * 1000));
      const watch = () => {
        if (child.pid === undefined || killed) return;
        const used = residentMb(processTree(child.pid));
        peak = Math.max(peak, used);
        if (used > memoryMb) kill('memory');
        else timers.push(setTimeout(watch, watchMs));
      };
      watch();
    },
  };
}

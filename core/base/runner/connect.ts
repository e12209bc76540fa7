import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AssayError,
  collect,
  type RunSpecification,
  type RuntimeDescription,
  readFrames,
  writeFrame,
} from '@assay/sdk';
import type { RunEvent } from './events.ts';

export interface RunInput {
  readonly slot: string;
  readonly bytes: number;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface RunRequest {
  readonly socketPath: string;
  /** Shared with the runner, made at each start. */
  readonly key: Uint8Array;
  readonly spec: RunSpecification;
  readonly inputs: readonly RunInput[];
  readonly signal: AbortSignal;
  /** Milliseconds to wait for a runner that is not there, as while it is started again; 20 s where nothing is said. */
  readonly patienceMs?: number;
}

const maxBodyBytes = 2 ** 40;

function unavailable(cause: unknown): AssayError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AssayError('runner.unavailable', `The runner went away: ${reason}.`, { cause });
}

/** A runner that is being started again is waited for, so that its restart does not cost a job its attempts. */
const patience = 20_000;

async function open(socketPath: string, patienceMs: number, signal?: AbortSignal): Promise<net.Socket> {
  for (const until = Date.now() + patienceMs; ; await delay(100)) {
    signal?.throwIfAborted();
    const socket = net.connect(socketPath);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (Date.now() >= until) throw unavailable(error);
    }
  }
}

/** Sends the specification, authenticated, and the inputs. The runner may answer and close before all was sent. */
async function send(socket: net.Socket, { key, spec, inputs }: RunRequest): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(spec));
  const mac = createHmac('sha256', key).update(bytes).digest('hex');
  await writeFrame(socket, { t: 'spec', mac }, bytes);
  for (const { slot, bytes: length, body } of inputs)
    await writeFrame(socket, { t: 'input', slot, bytes: length }, body);
  await writeFrame(socket, { t: 'go' });
}

/** An error of reading our own inputs is ours; one of the socket means that the runner went away. */
function isSocketError(error: unknown): boolean {
  if (AssayError.is(error, 'run.protocol_violated')) return true;
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_DESTROYED';
}

/**
 * A body as it comes. The runner fills up what a program leaves out, so that one which breaks off is never the tool's
 * fault: the runner went away.
 */
async function* whole(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body;
  } catch (error) {
    signal.throwIfAborted();
    throw unavailable(error);
  }
}

/**
 * One run, from specification to `ended`. Leaving the generator early, or aborting the signal, closes the connection,
 * at which the runner ends the run.
 */
export async function* connectRun(request: RunRequest): AsyncGenerator<RunEvent, void> {
  request.signal.throwIfAborted();
  const socket = await open(request.socketPath, request.patienceMs ?? patience, request.signal);
  const close = () => socket.destroy();
  request.signal.addEventListener('abort', close, { once: true });
  // What was aborted while the connection was made says nothing any more.
  if (request.signal.aborted) close();
  let sendError: unknown;
  const sent = send(socket, request).catch((error: unknown) => {
    sendError = error;
    if (!isSocketError(error)) socket.destroy();
  });
  let ended = false;
  try {
    for await (const { header, body } of readFrames(socket, { maxBodyBytes })) {
      const event = { ...header, body: whole(body, request.signal) } as unknown as RunEvent;
      ended = event.t === 'ended';
      yield event;
      if (ended) break;
    }
    if (!ended) throw new Error('it closed the connection in mid-run');
  } catch (error) {
    request.signal.throwIfAborted();
    if (sendError && !isSocketError(sendError)) throw sendError;
    throw unavailable(error);
  } finally {
    request.signal.removeEventListener('abort', close);
    socket.destroy();
    await sent;
  }
}

/**
 * Asks the runner which runtimes this host offers.
 * @param patienceMs - milliseconds to wait for one that is not there, as while it is started again
 * @throws AssayError `runner.unavailable`
 */
export async function describeRunner(
  socketPath: string,
  patienceMs = 0,
): Promise<readonly RuntimeDescription[]> {
  const socket = await open(socketPath, patienceMs);
  try {
    await writeFrame(socket, { t: 'describe' });
    const { value: answer } = await readFrames(socket, { maxBodyBytes }).next();
    if (answer?.header.t !== 'runtimes') throw new Error('it did not say what it offers');
    return JSON.parse((await collect(answer.body)).toString('utf8')) as RuntimeDescription[];
  } catch (error) {
    throw unavailable(error);
  } finally {
    socket.destroy();
  }
}

import { realpathSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { AssayError } from '@assay/sdk';
import { keyUnavailable } from '../wrapped-key.ts';
import { leaveAtOnce } from './cryptoki.ts';
import type { Answer, Operation, Reply } from './protocol.ts';

interface Waiting {
  readonly token: number;
  readonly operation: Operation;
  readonly timeoutMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const modules = new Map<string, Module>();

/** The module behind this path, which all that is opened in this process shares. */
export function moduleAt(path: string): Module {
  let real = path;
  try {
    real = realpathSync(path);
  } catch {
    // Loading it says in words why it is not there.
  }
  const module = modules.get(real) ?? new Module(real);
  modules.set(real, module);
  return module;
}

/**
 * A vendor's module, from the side of those who wait for it: a thread that it may block, and a queue before it.
 *
 * The time of an operation is counted from when its turn comes. One that takes longer ends in an error, with all that
 * wait behind it: the thread cannot be stopped while the module has it. Further ones are refused at once until the
 * module comes back, which is noticed.
 */
export class Module {
  readonly #path: string;
  readonly #queue: Waiting[] = [];
  #worker: Worker | undefined;
  #running: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stuckSince: Date | undefined;
  #tokens = 0;
  readonly #leave = (code: number): void => leaveAtOnce(code);

  constructor(path: string) {
    this.#path = path;
  }

  nextToken(): number {
    this.#tokens += 1;
    return this.#tokens;
  }

  ask(token: number, operation: Operation, timeoutMs: number): Promise<Answer> {
    if (this.#stuckSince) return Promise.reject(this.#stuck(this.#stuckSince));
    return new Promise((resolve, reject) => {
      this.#queue.push({ token, operation, timeoutMs, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#running) return;
    this.#running = this.#queue.shift();
    if (!this.#running) return void this.#worker?.unref();
    const { token, operation, timeoutMs } = this.#running;
    this.#timer = setTimeout(() => this.#giveUp(), timeoutMs);
    const worker = this.#thread();
    worker.ref();
    worker.postMessage({ token, operation }, 'bytes' in operation ? [operation.bytes.buffer] : []);
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: { module: this.#path },
    });
    worker.on('message', (reply: Reply) => this.#done(reply));
    worker.on('error', (error) => this.#ended(error));
    worker.on('exit', () => this.#ended(new Error('its thread ended')));
    this.#worker = worker;
    return worker;
  }

  #done(reply: Reply): void {
    clearTimeout(this.#timer);
    const asked = this.#running;
    this.#running = undefined;
    this.#stuckSince = undefined;
    process.off('exit', this.#leave);
    if ('answer' in reply) asked?.resolve(reply.answer);
    else asked?.reject(new AssayError(reply.code, reply.message));
    this.#next();
  }

  #giveUp(): void {
    this.#stuckSince = new Date();
    process.once('exit', this.#leave);
    // What it waits for no longer keeps the process, as nobody can say whether it ever comes.
    this.#worker?.unref();
    this.#rejectAll(this.#stuck(this.#stuckSince));
  }

  #ended(cause: Error): void {
    if (!this.#worker) return;
    clearTimeout(this.#timer);
    this.#worker = undefined;
    this.#rejectAll(
      keyUnavailable(
        `The thread of the PKCS#11 module ${this.#path} ended: ${cause.message}. Start anew.`,
        cause,
      ),
    );
    this.#running = undefined;
    this.#stuckSince = undefined;
  }

  #rejectAll(error: Error): void {
    for (const waiting of [this.#running, ...this.#queue.splice(0)]) waiting?.reject(error);
  }

  #stuck(since: Date): AssayError {
    return keyUnavailable(
      `The PKCS#11 module ${this.#path} does not answer (given up at ${since.toISOString()}). See whether the device is ` +
        'reachable; where it comes back, work goes on by itself, else start the product anew.',
    );
  }
}

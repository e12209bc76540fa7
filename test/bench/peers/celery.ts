import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type Inside, runInside, startInside, wall } from './index.ts';

/** Celery with Redis, as their packages come; a worker of two processes, as this machine has processors. */
export interface Celery {
  /** A task that runs a command; each call is one. @returns milliseconds from the call to its result */
  caller(command: readonly string[]): Promise<{ call(): Promise<number>; stop(): Promise<void> }>;
  /** Fills the queue with tasks that do nothing, then has them drained. @returns tasks a second */
  drain(count: number): Promise<number>;
  stop(): Promise<void>;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** @param binds folders of the host that tasks use, as that of an engine's socket */
export async function startCelery(root: string, binds: readonly string[]): Promise<Celery> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-celery-'));
  await copyFile(path.join(import.meta.dirname, 'tasks.py'), path.join(folder, 'tasks.py'));
  const socket = path.join(folder, 'redis.sock');
  const inside: Inside = {
    root,
    binds: [folder, ...binds],
    env: { PEER_REDIS: socket, PYTHONPATH: folder, HOME: folder, C_FORCE_ROOT: 'true' },
  };
  const redis = startInside(inside, [
    ...['redis-server', '--port', '0', '--unixsocket', socket, '--dir', folder],
    ...['--save', '', '--appendonly', 'no', '--loglevel', 'warning'],
  ]);
  const startWorker = () =>
    startInside(inside, ['celery', '-A', 'tasks', 'worker', '-c', '2', '--loglevel', 'ERROR']);
  const python = (what: string, argument: unknown) => [
    'python3',
    path.join(folder, 'tasks.py'),
    what,
    JSON.stringify(argument),
  ];
  await delay(1000);
  let worker: ChildProcess | undefined = startWorker();
  await delay(4000);
  return {
    async caller(command) {
      const child = spawn('/usr/bin/bwrap', [...wall(inside), ...python('once', command)], {
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', ...inside.env },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      return {
        async call() {
          child.stdin.write('\n');
          const { value, done } = await lines.next();
          if (done) throw new Error('the caller of tasks ended');
          return Number(value);
        },
        stop: () => end(child),
      };
    },
    async drain(count) {
      if (worker) await end(worker);
      await runInside(inside, python('fill', count));
      worker = startWorker();
      return Number(await runInside(inside, python('drain', count)));
    },
    async stop() {
      if (worker) await end(worker);
      await end(redis);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Processors of this host, as lists for the kernel (`1,2,3`). */
export interface Processors {
  /** All that the appliance may use. */
  readonly all: string;
  /** Those that are not kept for who asks the api. */
  readonly others: string;
}

/**
 * Numbers out of a list as the kernel writes it.
 * @example readList('0-2,5') // [0, 1, 2, 5]
 */
export function readList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** Processors that a process may use, as the host numbers them; none where it is gone. */
export function allowedProcessors(pid: number | 'self' = 'self'): number[] {
  const file = `/proc/${pid}/status`;
  const status = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  return list ? readList(list) : [];
}

/**
 * Lets a process, and whatever it starts from now on, use these processors and no others.
 * @param list as the kernel takes it, `1,3`
 * @throws Error of `taskset` (util-linux) where it goes on without; one that has ended meanwhile needs nothing
 */
export async function useProcessors(pid: number, list: string): Promise<void> {
  if (allowedProcessors(pid).join() === readList(list).join()) return;
  try {
    await run('taskset', ['--all-tasks', '--pid', '--cpu-list', list, String(pid)], { timeout: 5000 });
  } catch (error) {
    if (existsSync(`/proc/${pid}`)) throw error;
  }
}

/** Which processors programs may use: a run that the release does not vouch for leaves some alone. */
export interface Fence {
  /** For what is started ahead: while such a run goes on, it leaves them alone as well. */
  ahead(): string | undefined;
  /** For a run, until it leaves. */
  enter(shipped: boolean): { readonly processorList: string | undefined; leave(): void };
}

/** @param processors where none are kept, everything may use whatever the runner may */
export function createFence(processors: Processors | undefined): Fence {
  let strangers = 0;
  return {
    ahead: () => (strangers > 0 ? processors?.others : processors?.all),
    enter(shipped) {
      if (shipped) return { processorList: processors?.all, leave: () => undefined };
      strangers += 1;
      return {
        processorList: processors?.others,
        leave() {
          strangers -= 1;
        },
      };
    },
  };
}

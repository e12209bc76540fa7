import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AssayError } from '@assay/sdk';

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

/** Processors that this process may use, as the host numbers them. */
export function allowedProcessors(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return list ? readList(list) : [];
}

/**
 * Leaves the first of its processors to the rest of the appliance: this process and whatever it starts from now on use the
 * others alone.
 * @param kept how many are left
 * @returns the others, as a list for an engine, or nothing where none are kept
 * @throws AssayError config.invalid where none would be left, or this host has no `taskset` (util-linux)
 */
export function keepOffProcessors(kept: number): string | undefined {
  if (kept === 0) return undefined;
  const all = allowedProcessors();
  const setting = '"runtimes.processorsKept" (ASSAY_RUNTIMES_PROCESSORS_KEPT)';
  if (kept >= all.length)
    throw new AssayError(
      'config.invalid',
      `${setting} is ${kept}, but Assay may use ${all.length} processors here: give at most ${all.length - 1}.`,
    );
  const others = all.slice(kept).join(',');
  const done = spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', others, String(process.pid)], {
    encoding: 'utf8',
    timeout: 5000,
  });
  if (done.status !== 0)
    throw new AssayError(
      'config.invalid',
      `${setting} needs taskset (Debian: util-linux): ${(done.error?.message ?? done.stderr).trim()}`,
    );
  return others;
}

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

/** With fewer, one that runs may not use is dear: see docs/adr/0032. */
const enough = 4;

/**
 * Leaves the first of its processors to the rest of the appliance: this process and whatever it starts from now on use the
 * others alone.
 * @param kept how many are left; where nothing is said one, if there are four and this host can
 * @returns the others, as a list for an engine, or nothing where none are kept
 * @throws AssayError config.invalid where so many were asked for and none would be left, or this host has no `taskset`
 *   (util-linux)
 */
export function keepOffProcessors(kept: number | undefined): string | undefined {
  if (kept === 0) return undefined;
  const all = process.platform === 'linux' ? allowedProcessors() : [];
  if (kept === undefined) return all.length < enough ? undefined : useOnly(all.slice(1)).list;
  const setting = '"runtimes.processorsKept" (ASSAY_RUNTIMES_PROCESSORS_KEPT)';
  if (kept >= all.length)
    throw new AssayError(
      'config.invalid',
      `${setting} is ${kept}, but Assay may use ${all.length} processors here: give at most ${Math.max(all.length - 1, 0)}.`,
    );
  const { list, refused } = useOnly(all.slice(kept));
  if (list === undefined)
    throw new AssayError('config.invalid', `${setting} needs taskset (Debian: util-linux): ${refused}`);
  return list;
}

function useOnly(processors: readonly number[]): { readonly list?: string; readonly refused?: string } {
  const list = processors.join(',');
  const done = spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', list, String(process.pid)], {
    encoding: 'utf8',
    timeout: 5000,
  });
  return done.status === 0 ? { list } : { refused: (done.error?.message ?? done.stderr).trim() };
}

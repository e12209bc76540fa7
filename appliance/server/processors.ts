import { spawnSync } from 'node:child_process';
import { allowedProcessors, type Processors } from '@assay/runtime-process';
import { AssayError } from '@assay/sdk';

/**
 * Leaves the first of its processors to the rest of the appliance: this process uses the others alone, and so does whatever it
 * starts and does not let use all.
 * @param kept how many are left; where nothing is said one, if there are two and this host can
 * @returns nothing where none are kept
 * @throws AssayError config.invalid where so many were asked for and none would be left, or this host has no `taskset`
 *   (util-linux)
 */
export function keepOffProcessors(kept: number | undefined): Processors | undefined {
  if (kept === 0) return undefined;
  const all = process.platform === 'linux' ? allowedProcessors() : [];
  if (kept === undefined && all.length < 2) return undefined;
  const setting = '"runtimes.processorsKept" (ASSAY_RUNTIMES_PROCESSORS_KEPT)';
  if (kept !== undefined && kept >= all.length)
    throw new AssayError(
      'config.invalid',
      `${setting} is ${kept}, but Assay may use ${all.length} processors here: give at most ${Math.max(all.length - 1, 0)}.`,
    );
  const others = all.slice(kept ?? 1).join(',');
  const { status, error, stderr } = spawnSync(
    'taskset',
    ['--all-tasks', '--pid', '--cpu-list', others, String(process.pid)],
    { encoding: 'utf8', timeout: 5000 },
  );
  if (status === 0) return { all: all.join(','), others };
  if (kept === undefined) return undefined;
  throw new AssayError(
    'config.invalid',
    `${setting} needs taskset (Debian: util-linux): ${(error?.message ?? stderr).trim()}`,
  );
}

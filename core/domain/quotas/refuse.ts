import { AssayError } from '@assay/sdk';
import type { Amounts, Resource } from './resources.ts';
import type { Standing } from './row.ts';

/** Seconds after which a job may have ended. */
const jobsRetrySeconds = 10;

interface Excess {
  readonly resource: Resource;
  readonly key: keyof Amounts;
  /** From the units of the ledger to those that people read. */
  readonly per: number;
}

const order: readonly Excess[] = [
  { resource: 'jobs', key: 'jobs', per: 1 },
  { resource: 'cpu_seconds', key: 'cpu', per: 1000 },
  { resource: 'stored_bytes', key: 'bytes', per: 1 },
];

/** The first resource that there is not enough of. Of bytes, at least one must fit: whatever is admitted stores some. */
function excessOf({ limits, used, reserved }: Standing, asked: Amounts): Excess | undefined {
  const wanted = { ...asked, bytes: Math.max(asked.bytes, 1) };
  return order.find(({ key }) => wanted[key] > 0 && used[key] + reserved[key] + wanted[key] > limits[key]);
}

function advise(standing: Standing, { resource, key }: Excess, asked: Amounts) {
  if (resource === 'jobs' && standing.limits.jobs > 0)
    return { retryAfter: jobsRetrySeconds, hint: 'Wait until a job has ended, or cancel one.' };
  if (resource === 'cpu_seconds' && asked[key] <= standing.limits[key])
    return {
      retryAfter: standing.secondsLeft,
      hint: `Jobs that end give back what they did not need; the quota begins anew at ${standing.resetsAt.toISOString()}.`,
    };
  if (resource === 'stored_bytes' && asked[key] <= standing.limits[key])
    return { hint: 'Have data sets erased that are not needed, or ask an operator for more.' };
  return { hint: 'It is more than the whole quota; ask an operator for more.' };
}

/** How a caller is told which quota it is, how much of it there is, what was asked, and when to ask again. */
export function refusalOf(standing: Standing, asked: Amounts): AssayError | undefined {
  const excess = excessOf(standing, asked);
  if (!excess) return undefined;
  const { resource, key, per } = excess;
  const wanted = { ...asked, bytes: Math.max(asked.bytes, 1) };
  const [limit, used, reserved, more] = [standing.limits, standing.used, standing.reserved, wanted].map(
    (amounts) => amounts[key] / per,
  );
  const { hint, retryAfter } = advise(standing, excess, asked);
  const detail = `${resource}: limit ${limit}, used ${used}, reserved ${reserved}, asked ${more}`;
  return new AssayError(
    'quota.exceeded',
    `The quota ${resource} of this workspace is ${limit}: ${used} used and ${reserved} reserved, ${more} asked. ${hint}`,
    {
      issues: [{ pointer: '', code: resource.toUpperCase(), detail, hint }],
      ...(retryAfter === undefined ? {} : { retryAfter }),
    },
  );
}

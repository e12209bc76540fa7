import { AssayError } from '@assay/sdk';
import type { Admission } from './admission.ts';

/** Most jobs of a workspace that may wait or run at once. */
const maxOpenJobs = 1000;

/** The quota hook: counted in the transaction of the job itself. Further quotas are further lines here. */
export async function reserveQuota({ query }: Admission): Promise<void> {
  const { open } = await query
    .selectFrom('assay.job')
    .select((eb) => eb.fn.countAll<string>().as('open'))
    .where('state', 'in', ['queued', 'running', 'cancelling'])
    .executeTakeFirstOrThrow();
  if (Number(open) >= maxOpenJobs)
    throw new AssayError(
      'request.limit_exceeded',
      `${open} jobs of this workspace wait or run; at most ${maxOpenJobs} may.`,
      {
        retryAfter: 10,
      },
    );
}

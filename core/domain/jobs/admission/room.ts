import { costOf, requireRoom } from '../../quotas/index.ts';
import type { Admission } from './admission.ts';

/** There is room in the quotas as far as a look can tell; `submitIn` reserves it last, when the job's rows are written. */
export function checkRoom({ deps, query, context, tool, follows }: Admission): Promise<void> | undefined {
  if (follows !== undefined) return undefined;
  return requireRoom(deps, query, context.workspace, costOf(tool.manifest));
}

import { AssayError } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { type Amounts, type Resource, unlimited } from './resources.ts';
import { readStanding, type Standing } from './row.ts';
import type { QuotaView } from './views.ts';

export function viewQuotas(standing: Standing): QuotaView[] {
  const view = (resource: Resource, key: keyof Amounts, per: number): QuotaView => ({
    resource,
    ...(standing.limits[key] === unlimited ? {} : { limit: standing.limits[key] / per }),
    own: standing.own[key],
    used: standing.used[key] / per,
    reserved: standing.reserved[key] / per,
    ...(resource === 'cpu_seconds' ? { resetsAt: standing.resetsAt.toISOString() } : {}),
  });
  return [view('jobs', 'jobs', 1), view('cpu_seconds', 'cpu', 1000), view('stored_bytes', 'bytes', 1)];
}

/** The quotas of the caller's workspace, and how it stands. */
export async function listQuotas(
  deps: Pick<Deps, 'database' | 'limits'>,
  context: Context,
): Promise<{ items: QuotaView[] }> {
  requirePermission(context, 'quotas:read');
  const standing = await deps.database.withWorkspace(context.workspace, (query) =>
    readStanding(query, context.workspace, deps.limits.quotas),
  );
  if (!standing) throw new AssayError('workspace.not_found', 'There is no such workspace.');
  return { items: viewQuotas(standing) };
}

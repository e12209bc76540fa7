import { AssayError } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { viewQuotas } from './list.ts';
import { type Resource, unlimited } from './resources.ts';
import { readStanding } from './row.ts';
import type { QuotaView } from './views.ts';

export interface SetQuotaRequest {
  readonly workspace: string;
  readonly resource: Resource;
  /** A whole number of jobs, seconds or bytes; or none; or that of the installation. */
  readonly limit: number | 'unlimited' | 'default';
}

const columns = {
  jobs: ['jobs_limit', 1],
  cpu_seconds: ['cpu_limit', 1000],
  stored_bytes: ['bytes_limit', 1],
} as const;

function requireLimit(limit: number, per: number): number {
  if (Number.isSafeInteger(limit) && limit >= 0 && limit * per < unlimited) return limit * per;
  const most = Math.floor((unlimited - 1) / per);
  throw new AssayError('request.invalid', `A limit of this quota is a whole number from 0 to ${most}.`, {
    issues: [{ pointer: '/limit', code: 'LIMIT', detail: `not from 0 to ${most}`, hint: 'or "unlimited"' }],
  });
}

/**
 * Sets a limit of any workspace, from the home workspace, where it is recorded. A limit below what is used is taken: what
 * was admitted goes on, and nothing new is admitted until there is room.
 * @throws AssayError `workspace.not_found`, `request.invalid`
 */
export async function setQuota(
  deps: Pick<Deps, 'database' | 'keys' | 'limits'>,
  context: Context,
  request: SetQuotaRequest,
): Promise<{ items: QuotaView[] }> {
  requirePermission(context, 'quotas:write');
  const { workspace, resource, limit } = request;
  const [column, per] = columns[resource];
  const value = limit === 'default' ? null : limit === 'unlimited' ? unlimited : requireLimit(limit, per);
  // Seen across workspaces, and recorded where the caller is.
  return deps.database.withPeople(context.workspace, async (query) => {
    const before = await query
      .selectFrom('assay.quota')
      .select(column)
      .where('workspace_id', '=', workspace)
      .forUpdate()
      .executeTakeFirst();
    if (!before) throw new AssayError('workspace.not_found', `There is no workspace ${workspace}.`);
    await query
      .updateTable('assay.quota')
      .set({ [column]: value })
      .where('workspace_id', '=', workspace)
      .execute();
    const said = (stored: string | number | null | undefined) =>
      stored === null || stored === undefined
        ? 'default'
        : Number(stored) === unlimited
          ? 'unlimited'
          : Number(stored) / per;
    await recordAudit(deps, query, context, {
      action: 'quota.set',
      subject: { kind: 'workspace', id: workspace },
      outcome: 'succeeded',
      detail: { resource, before: said(Object.values(before)[0]), after: limit },
    });
    const standing = await readStanding(query, workspace, deps.limits.quotas);
    if (!standing) throw new AssayError('workspace.not_found', `There is no workspace ${workspace}.`);
    return { items: viewQuotas(standing) };
  });
}

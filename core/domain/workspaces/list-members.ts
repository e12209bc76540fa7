import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { findMembers, type MemberView } from './member-view.ts';

/** People and services with a role in the workspace, by name. */
export async function listMembers(
  deps: Pick<Deps, 'database'>,
  context: Context,
): Promise<{ items: MemberView[] }> {
  requirePermission(context, 'members:read');
  const { workspace } = context;
  const items = await deps.database.withWorkspace(workspace, (query) => findMembers(query, workspace));
  return { items };
}

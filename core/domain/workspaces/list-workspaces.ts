import type { Query } from '../../base/database/index.ts';
import type { Context } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import type { WorkspaceView } from './workspace-view.ts';

/** Needs `withPeople`. One workspace by its id, or all that the principal is a member of, by name. */
export async function findWorkspaces(
  query: Query,
  principal: string,
  which: { readonly id?: string } = {},
): Promise<WorkspaceView[]> {
  const all = query
    .selectFrom('assay.workspace as w')
    .leftJoin('assay.membership as m', (join) =>
      join.onRef('m.workspace_id', '=', 'w.id').on('m.principal_id', '=', principal),
    )
    .select(['w.id', 'w.name', 'w.home', 'w.created_at', 'm.role']);
  const found =
    which.id === undefined ? all.where('m.role', 'is not', null) : all.where('w.id', '=', which.id);
  const rows = await found.orderBy('w.name').execute();
  return rows.map(({ id, name, home, created_at, role }) => ({
    ...{ id, name, home },
    createdAt: created_at.toISOString(),
    ...(role === null ? {} : { role }),
  }));
}

/** The workspaces that the caller is a member of, and as what. Everybody may know this of themselves. */
export async function listWorkspaces(
  deps: Pick<Deps, 'database'>,
  context: Context,
): Promise<{ items: WorkspaceView[] }> {
  const items = await deps.database.withPeople(null, (query) => findWorkspaces(query, context.principal.id));
  return { items };
}

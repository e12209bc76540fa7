import { AssayError } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { nameTaken } from './found.ts';
import { findWorkspaces } from './list-workspaces.ts';
import type { WorkspaceView } from './workspace-view.ts';

const uniqueViolation = '23505';

/**
 * Gives the caller's workspace another name; ids stay.
 * @throws AssayError `workspace.not_found` for any other, `workspace.name_taken`
 */
export async function renameWorkspace(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  request: { readonly id: string; readonly name: string },
): Promise<WorkspaceView> {
  requirePermission(context, 'members:write');
  const { id, name } = request;
  if (id !== context.workspace)
    throw new AssayError('workspace.not_found', `There is no workspace ${id} here.`);
  try {
    return await deps.database.withWorkspace(id, async (query) => {
      await query.updateTable('assay.workspace').set({ name }).where('id', '=', id).execute();
      await recordAudit(deps, query, context, {
        action: 'workspace.rename',
        subject: { kind: 'workspace', id },
        outcome: 'succeeded',
      });
      const [renamed] = await findWorkspaces(query, context.principal.id, { id });
      if (!renamed) throw new TypeError('a workspace that was just renamed is there');
      return renamed;
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === uniqueViolation) throw nameTaken(name);
    throw error;
  }
}

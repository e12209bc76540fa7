import { type Context, type GrantedRole, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { endSessions, lockMembers, requireOtherAdministrator } from '../identity/index.ts';
import { type MemberView, requireMember } from './member-view.ts';

/**
 * Gives a member another role, which counts everywhere within a second. Where the new role needs a second factor, who
 * is signed in here signs in again: the session may be one without.
 * @throws AssayError `member.not_found`, `workspace.last_administrator`
 */
export async function changeRole(
  deps: Pick<Deps, 'database' | 'keys' | 'access'>,
  context: Context,
  request: { readonly id: string; readonly role: GrantedRole },
): Promise<MemberView> {
  requirePermission(context, 'members:write');
  const { workspace } = context;
  const { id, role } = request;
  const { mfaRoles } = deps.access;
  return deps.database.withPeople(workspace, async (query) => {
    await lockMembers(query, workspace);
    const before = await requireMember(query, workspace, id);
    if (before.role === 'administrator' && role !== 'administrator')
      await requireOtherAdministrator(query, workspace, id);
    await query
      .updateTable('assay.membership')
      .set({ role, granted_by: 'assay' })
      .where('workspace_id', '=', workspace)
      .where('principal_id', '=', id)
      .execute();
    if (mfaRoles.includes(role) && !mfaRoles.includes(before.role))
      await endSessions(query, id, { workspace });
    await recordAudit(deps, query, context, {
      action: 'member.change_role',
      subject: { kind: 'member', id },
      outcome: 'succeeded',
      detail: { from: before.role, to: role },
    });
    return requireMember(query, workspace, id);
  });
}

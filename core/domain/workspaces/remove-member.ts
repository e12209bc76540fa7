import { type Context, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { endSessions, lockMembers, requireOtherAdministrator } from '../identity/index.ts';
import { type MemberView, requireMember } from './member-view.ts';

/**
 * Takes a member out of the workspace, with the tokens for it and the sessions in it. A service, which is of one
 * workspace alone, ends with it; a person stays known.
 * @throws AssayError `member.not_found`, `workspace.last_administrator`
 */
export async function removeMember(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  request: { readonly id: string },
): Promise<MemberView> {
  requirePermission(context, 'members:write');
  const { workspace } = context;
  const { id } = request;
  return deps.database.withPeople(workspace, async (query) => {
    await lockMembers(query, workspace);
    const member = await requireMember(query, workspace, id);
    if (member.role === 'administrator') await requireOtherAdministrator(query, workspace, id);
    await query
      .deleteFrom('assay.membership')
      .where('workspace_id', '=', workspace)
      .where('principal_id', '=', id)
      .execute();
    const tokens = await query
      .updateTable('assay.token')
      .set({ revoked_at: new Date() })
      .where('workspace_id', '=', workspace)
      .where('principal_id', '=', id)
      .where('revoked_at', 'is', null)
      .returning('id')
      .execute();
    const sessions = await endSessions(query, id, { workspace });
    if (member.kind === 'service')
      await query
        .updateTable('assay.principal')
        .set({ disabled_at: new Date() })
        .where('id', '=', id)
        .execute();
    await recordAudit(deps, query, context, {
      action: 'member.remove',
      subject: { kind: 'member', id },
      outcome: 'succeeded',
      detail: { role: member.role, tokens: tokens.length, sessions },
    });
    return member;
  });
}

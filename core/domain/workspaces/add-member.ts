import { AssayError } from '@assay/sdk';
import { type Context, type GrantedRole, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { type PersonReference, requirePerson } from './find-person.ts';
import { type MemberView, requireMember } from './member-view.ts';

/**
 * Gives somebody whom Assay knows a role in the workspace. A service is never taken over from another workspace.
 * @throws AssayError `user.not_found`, `member.exists`
 */
export async function addMember(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  request: { readonly person: PersonReference; readonly role: GrantedRole },
): Promise<MemberView> {
  requirePermission(context, 'members:write');
  const { workspace } = context;
  return deps.database.withPeople(workspace, async (query) => {
    const principal = await requirePerson(query, request.person);
    const added = await query
      .insertInto('assay.membership')
      .values({ workspace_id: workspace, principal_id: principal, role: request.role })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'principal_id']).doNothing())
      .returning('role')
      .executeTakeFirst();
    const member = await requireMember(query, workspace, principal);
    if (!added)
      throw new AssayError('member.exists', `${member.name} is a member already, as ${member.role}.`);
    await recordAudit(deps, query, context, {
      action: 'member.add',
      subject: { kind: 'member', id: principal },
      outcome: 'succeeded',
      detail: { role: request.role },
    });
    return member;
  });
}

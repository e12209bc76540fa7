import { randomUUID } from 'node:crypto';
import { type Context, type GrantedRole, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { type MemberView, requireMember } from './member-view.ts';

/**
 * Makes a principal for a program, with a role in this workspace alone. It has no password and cannot sign in: an
 * administrator makes its tokens.
 */
export async function createService(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  request: { readonly name: string; readonly role: GrantedRole },
): Promise<MemberView> {
  requirePermission(context, 'members:write');
  const { workspace } = context;
  const { name, role } = request;
  return deps.database.withPeople(workspace, async (query) => {
    const id = randomUUID();
    await query.insertInto('assay.principal').values({ id, kind: 'service', name }).execute();
    await query
      .insertInto('assay.membership')
      .values({ workspace_id: workspace, principal_id: id, role })
      .execute();
    await recordAudit(deps, query, context, {
      action: 'service.create',
      subject: { kind: 'member', id },
      outcome: 'succeeded',
      detail: { role },
    });
    return requireMember(query, workspace, id);
  });
}

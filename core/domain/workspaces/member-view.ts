import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';

/** Somebody with a role in a workspace. */
export interface MemberView {
  /** Of the principal. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'user' | 'service';
  readonly role: string;
  /** `assay` where somebody gave the role here, else the identity provider whose groups did. */
  readonly grantedBy: string;
  /** True where nobody can sign in as this member at the moment. */
  readonly disabled: boolean;
}

/** Members of a workspace by name, but for the appliance itself, whom nobody gives or takes a role. */
export async function findMembers(
  query: Query,
  workspace: string,
  principal?: string,
): Promise<MemberView[]> {
  let found = query
    .selectFrom('assay.membership as m')
    .innerJoin('assay.principal as p', 'p.id', 'm.principal_id')
    .select(['p.id', 'p.name', 'p.kind', 'p.disabled_at', 'm.role', 'm.granted_by'])
    .where('m.workspace_id', '=', workspace)
    .where('p.kind', 'in', ['user', 'service']);
  if (principal !== undefined) found = found.where('p.id', '=', principal);
  const rows = await found.orderBy('p.name').orderBy('p.id').execute();
  return rows.map(({ id, name, kind, role, granted_by, disabled_at }) => ({
    ...{ id, name, role },
    kind: kind === 'service' ? 'service' : 'user',
    grantedBy: granted_by,
    disabled: disabled_at !== null,
  }));
}

/** @throws AssayError `member.not_found`, also for a member of another workspace */
export async function requireMember(query: Query, workspace: string, principal: string): Promise<MemberView> {
  const [member] = await findMembers(query, workspace, principal);
  if (!member) throw new AssayError('member.not_found', `There is no member ${principal} in this workspace.`);
  return member;
}

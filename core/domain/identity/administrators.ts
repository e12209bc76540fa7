import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';

/**
 * Holds the workspace until the end of the transaction, so that of two who take away an administrator at once the
 * second sees what the first has left.
 */
export async function lockMembers(query: Query, workspace: string): Promise<void> {
  await query
    .selectFrom('assay.workspace')
    .select('id')
    .where('id', '=', workspace)
    .forNoKeyUpdate()
    .execute();
}

/**
 * A workspace keeps an administrator who can sign in, also without this one. After `lockMembers`; needs `withPeople`.
 * @throws AssayError `workspace.last_administrator`
 */
export async function requireOtherAdministrator(
  query: Query,
  workspace: string,
  principal: string,
): Promise<void> {
  const other = await query
    .selectFrom('assay.membership as m')
    .innerJoin('assay.principal as p', 'p.id', 'm.principal_id')
    .select('p.id')
    .where('m.workspace_id', '=', workspace)
    .where('m.role', '=', 'administrator')
    .where('p.kind', '=', 'user')
    .where('p.disabled_at', 'is', null)
    .where('p.erased_at', 'is', null)
    .where('p.id', '<>', principal)
    .limit(1)
    .executeTakeFirst();
  if (other) return;
  throw new AssayError(
    'workspace.last_administrator',
    'This is the last administrator of the workspace who can sign in; give somebody else the role first.',
  );
}

/**
 * Somebody is about to be disabled or erased: every workspace that they administer keeps another administrator. Needs
 * `withPeople`. @throws AssayError `workspace.last_administrator`
 */
export async function requireDispensable(query: Query, principal: string): Promise<void> {
  const administered = await query
    .selectFrom('assay.membership')
    .select('workspace_id')
    .where('principal_id', '=', principal)
    .where('role', '=', 'administrator')
    // One order for everybody, so that two who lock several never wait for each other.
    .orderBy('workspace_id')
    .execute();
  for (const { workspace_id: workspace } of administered) {
    await lockMembers(query, workspace);
    await requireOtherAdministrator(query, workspace, principal);
  }
}

import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import type { KeySource } from '../../base/encryption/index.ts';
import { systemPrincipal } from '../audit/index.ts';
import { keyContext } from './ciphers.ts';

export function nameTaken(name: string): AssayError {
  return new AssayError('workspace.name_taken', `There is a workspace "${name}" already.`);
}

/**
 * Makes a workspace with its first key, and makes `system` a member of it. Needs the owner's query, or `withPeople` of
 * the new workspace. @throws AssayError `workspace.name_taken`
 */
export async function foundWorkspace(
  query: Query,
  keys: KeySource,
  workspace: { readonly id: string; readonly name: string; readonly home?: boolean },
): Promise<void> {
  const { key, wrapped } = await keys.generateKey(keyContext(workspace.id, 1));
  key.fill(0);
  const made = await query
    .insertInto('assay.workspace')
    .values(workspace)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) throw nameTaken(workspace.name);
  await query
    .insertInto('assay.workspace_key')
    .values({ workspace_id: workspace.id, version: 1, wrapped: JSON.stringify(wrapped) })
    .execute();
  await query
    .insertInto('assay.principal')
    .values({ id: systemPrincipal, kind: 'system', name: 'system' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await query
    .insertInto('assay.membership')
    .values({ workspace_id: workspace.id, principal_id: systemPrincipal, role: 'system' })
    .execute();
}

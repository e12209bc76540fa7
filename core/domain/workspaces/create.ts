import type { Query } from '../../base/database/index.ts';
import type { KeyProvider } from '../../base/encryption/index.ts';
import { keyContext } from './ciphers.ts';

/** The appliance itself as a principal; the same in every installation. */
export const systemPrincipal = '00000000-0000-4000-8000-000000000000';

/** Makes a workspace with its first key, and makes `system` a member of it. Needs the owner's query. */
export async function createWorkspace(
  query: Query,
  keys: KeyProvider,
  workspace: { readonly id: string; readonly name: string },
): Promise<void> {
  const { wrapped } = await keys.generateKey(keyContext(workspace.id, 1));
  await query.insertInto('assay.workspace').values(workspace).execute();
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

import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { findTokens, type TokenView } from './token-view.ts';

/** The caller's own tokens, newest first; who may read tokens sees all of the workspace. At most 1,000. */
export async function listTokens(
  deps: Pick<Deps, 'database'>,
  context: Context,
): Promise<{ items: TokenView[] }> {
  requirePermission(context, 'tokens:create');
  const { id, permissions } = context.principal;
  const which = permissions.has('tokens:read') ? {} : { principal: id };
  const items = await deps.database.withWorkspace(context.workspace, (query) => findTokens(query, which));
  return { items };
}

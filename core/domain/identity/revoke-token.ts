import { AssayError } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { findTokens, type TokenView } from './token-view.ts';

/**
 * Ends one of the caller's tokens; who may revoke tokens ends anybody's of the workspace. It opens nothing any more
 * within a second, everywhere. A second time it is no error, and nothing happens.
 * @throws AssayError `token.not_found`: unknown, of another workspace and somebody else's look the same
 */
export async function revokeToken(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  request: { readonly id: string },
): Promise<TokenView> {
  requirePermission(context, 'tokens:create');
  const { id, permissions } = context.principal;
  const mine = permissions.has('tokens:revoke') ? {} : { principal: id };
  return deps.database.withWorkspace(context.workspace, async (query) => {
    const which = { ...mine, id: request.id };
    const [token] = await findTokens(query, which);
    if (!token) throw new AssayError('token.not_found', `There is no token ${request.id} in this workspace.`);
    const revoked = await query
      .updateTable('assay.token')
      .set({ revoked_at: new Date() })
      .where('id', '=', token.id)
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (!revoked) return token;
    await recordAudit(deps, query, context, {
      action: 'token.revoke',
      subject: { kind: 'token', id: token.id },
      outcome: 'succeeded',
      detail: { principal: token.principal.id },
    });
    const [now = token] = await findTokens(query, which);
    return now;
  });
}

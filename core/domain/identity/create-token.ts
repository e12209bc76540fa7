import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { type Context, requirePermission, type Scope } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { makeSecret } from './token.ts';
import { findTokens, type TokenView } from './token-view.ts';

export interface NewTokenRequest {
  /** What it is for, for people. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** From 1 to 90. */
  readonly days: number;
  /** Id of a service of the workspace that is to have it; the caller has it without. */
  readonly service?: string;
}

/** A token gives less than its maker has, or as much. */
function requireOwnScopes(context: Context, scopes: readonly Scope[]): void {
  const wider = scopes.filter((scope) => !context.scopes.has(scope));
  if (wider.length === 0) return;
  throw new AssayError(
    'access.scope_missing',
    `A token cannot be made with more than its maker shows: ${wider.join(', ')} is missing here.`,
  );
}

async function requireService(query: Query, id: string): Promise<void> {
  const service = await query
    .selectFrom('assay.membership as m')
    .innerJoin('assay.principal as p', 'p.id', 'm.principal_id')
    .select('p.id')
    .where('p.id', '=', id)
    .where('p.kind', '=', 'service')
    .where('p.disabled_at', 'is', null)
    .executeTakeFirst();
  if (!service) throw new AssayError('member.not_found', `There is no service ${id} in this workspace.`);
}

/**
 * Makes a token for the caller, or for a service of the workspace. It opens the caller's workspace and no other, and
 * its text is returned this once.
 * @throws AssayError `access.scope_missing` where it would be wider than what the caller shows, `member.not_found`
 */
export async function createToken(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  request: NewTokenRequest,
): Promise<TokenView & { readonly token: string }> {
  requirePermission(context, 'tokens:create');
  const { service } = request;
  if (service !== undefined) requirePermission(context, 'members:write');
  requireOwnScopes(context, request.scopes);
  const { workspace } = context;
  return deps.database.withWorkspace(workspace, async (query) => {
    if (service !== undefined) await requireService(query, service);
    const secret = makeSecret(deps.keys, 'token');
    const scopes = [...new Set(request.scopes)];
    await query
      .insertInto('assay.token')
      .values({
        id: secret.id,
        workspace_id: workspace,
        principal_id: service ?? context.principal.id,
        kind: 'api',
        name: request.name,
        mac: secret.mac,
        scopes,
        expires_at: new Date(Date.now() + request.days * 86_400_000),
      })
      .execute();
    await recordAudit(deps, query, context, {
      action: 'token.create',
      subject: { kind: 'token', id: secret.id },
      outcome: 'succeeded',
      detail: { scopes: scopes.join(' '), days: request.days, service: service ?? null },
    });
    const [made] = await findTokens(query, { id: secret.id });
    if (!made) throw new TypeError('a token that was just made is there');
    return { ...made, token: secret.text };
  });
}

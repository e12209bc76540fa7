import type { Query } from '../../base/database/index.ts';
import type { Context, Permission, Scope } from '../access/index.ts';
import type { Deps } from '../deps.ts';

export interface MeView {
  readonly principal: {
    readonly id: string;
    readonly kind: Context['principal']['kind'];
    readonly name: string;
    readonly role: string;
    readonly permissions: Permission[];
  };
  readonly workspace: { readonly id: string; readonly name: string; readonly home: boolean };
  readonly scopes: Scope[];
  /** When the token or the session that was shown ends in any case; absent where it says so itself. */
  readonly expiresAt?: string;
}

async function expiryOf(query: Query, shown: string): Promise<Date | undefined> {
  const [kind, id = ''] = shown.split(':', 2);
  if (kind !== 'token' && kind !== 'session') return undefined;
  const row = await query
    .selectFrom(kind === 'token' ? 'assay.token' : 'assay.session')
    .select('expires_at')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.expires_at;
}

/** Who asks, where, and how far. Everybody who is signed in may know this of themselves. */
export async function getMe(deps: Pick<Deps, 'database'>, context: Context): Promise<MeView> {
  const { id, kind, name, role, permissions } = context.principal;
  // Sessions are seen only where people are dealt with.
  return deps.database.withPeople(context.workspace, async (query) => {
    const workspace = await query
      .selectFrom('assay.workspace')
      .select(['id', 'name', 'home'])
      .where('id', '=', context.workspace)
      .executeTakeFirstOrThrow();
    const expires = await expiryOf(query, context.client.id ?? '');
    return {
      principal: { id, kind, name, role, permissions: [...permissions].sort() },
      workspace,
      scopes: [...context.scopes],
      ...(expires ? { expiresAt: expires.toISOString() } : {}),
    };
  });
}

import type { Query } from '../../base/database/index.ts';
import { isScope, type Scope } from '../access/index.ts';

/** What may be shown of a token: everything but its secret. Times are ISO 8601 in UTC. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  /** Whose it is; without a name once that principal is no member any more. */
  readonly principal: { readonly id: string; readonly name?: string };
  readonly scopes: Scope[];
  readonly createdAt: string;
  readonly expiresAt: string;
  /** To the minute. */
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
}

const most = 1000;

/** API tokens of the workspace of the transaction, newest first; row-level security keeps to it. */
export async function findTokens(
  query: Query,
  which: { readonly id?: string; readonly principal?: string } = {},
): Promise<TokenView[]> {
  let found = query
    .selectFrom('assay.token as t')
    .leftJoin('assay.principal as p', 'p.id', 't.principal_id')
    .select(['t.id', 't.name', 't.principal_id', 'p.name as principal', 't.scopes'])
    .select(['t.created_at', 't.expires_at', 't.last_used_at', 't.revoked_at'])
    .where('t.kind', '=', 'api');
  if (which.id !== undefined) found = found.where('t.id', '=', which.id);
  if (which.principal !== undefined) found = found.where('t.principal_id', '=', which.principal);
  const rows = await found.orderBy('t.created_at', 'desc').orderBy('t.id').limit(most).execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    principal: { id: row.principal_id, ...(row.principal === null ? {} : { name: row.principal }) },
    scopes: row.scopes.filter(isScope),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    ...(row.last_used_at ? { lastUsedAt: row.last_used_at.toISOString() } : {}),
    ...(row.revoked_at ? { revokedAt: row.revoked_at.toISOString() } : {}),
  }));
}

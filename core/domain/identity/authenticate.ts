import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import { type Principal, permissionsOf, type Role, roles } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { tokenId, tokenMatches } from './token.ts';

export interface Authenticated {
  readonly principal: Principal;
  readonly workspace: string;
}

interface TokenRow {
  workspace_id: string;
  mac: Buffer;
  kind: 'start' | 'api';
  principal_id: string;
  expires_at: Date;
  used_at: Date | null;
  revoked_at: Date | null;
}

/** The row of a genuine token of this kind that is neither expired nor revoked; undefined for anything else. */
export async function findToken(
  deps: Pick<Deps, 'database' | 'keys'>,
  text: string,
  kind: TokenRow['kind'],
): Promise<TokenRow | undefined> {
  const id = tokenId(text);
  if (!id) return undefined;
  const { rows } = await deps.database.withoutWorkspace((query) =>
    sql<TokenRow>`select * from assay.find_token(${id})`.execute(query),
  );
  const row = rows[0];
  if (!row || row.kind !== kind || row.revoked_at || row.expires_at.getTime() <= Date.now()) return undefined;
  return tokenMatches(deps.keys, text, row.mac) ? row : undefined;
}

/**
 * Who a bearer token belongs to, and the workspace that it is bound to.
 * @throws AssayError `identity.token_invalid`: unknown, expired and revoked look the same
 */
export async function authenticate(
  deps: Pick<Deps, 'database' | 'keys'>,
  bearer: string,
): Promise<Authenticated> {
  const token = await findToken(deps, bearer, 'api');
  const member =
    token &&
    (await deps.database.withWorkspace(token.workspace_id, (query) =>
      query
        .selectFrom('assay.membership as m')
        .innerJoin('assay.principal as p', 'p.id', 'm.principal_id')
        .select(['p.id', 'p.kind', 'p.name', 'm.role'])
        .where('p.id', '=', token.principal_id)
        .executeTakeFirst(),
    ));
  if (!token || !member || !Object.hasOwn(roles, member.role))
    throw new AssayError(
      'identity.token_invalid',
      'The token is unknown, expired or revoked; sign in again to get another.',
    );
  const role = member.role as Role;
  return {
    workspace: token.workspace_id,
    principal: {
      id: member.id,
      kind: member.kind,
      name: member.name,
      role,
      permissions: permissionsOf(role),
    },
  };
}

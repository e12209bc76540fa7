import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import {
  allScopes,
  isScope,
  type Principal,
  permissionsOf,
  type Role,
  roles,
  type Scope,
} from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { findSession, type Session } from './session.ts';
import { secretId, secretMatches } from './token.ts';

export interface Authenticated {
  readonly principal: Principal;
  readonly scopes: ReadonlySet<Scope>;
  readonly workspace: string;
  /** What was shown: `token:<id>`, `session:<id>`, `oauth:<client>`. */
  readonly client: string;
}

interface TokenRow {
  workspace_id: string;
  mac: Buffer;
  kind: 'start' | 'api' | 'upload';
  scopes: string[];
  principal_id: string;
  expires_at: Date;
  used_at: Date | null;
  revoked_at: Date | null;
}

/** Names may come from a form or from a token; anything but a UUID is nobody's. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type IdentityDeps = Pick<Deps, 'database' | 'keys'>;

/** The row of a genuine token of this kind that is neither expired nor revoked; undefined for anything else. */
export async function findToken(
  deps: IdentityDeps,
  text: string,
  kind: TokenRow['kind'],
): Promise<TokenRow | undefined> {
  const id = secretId('token', text);
  if (!id) return undefined;
  const { rows } = await deps.database.withoutWorkspace((query) =>
    sql<TokenRow>`select * from assay.find_token(${id})`.execute(query),
  );
  const row = rows[0];
  if (!row || row.kind !== kind || row.revoked_at || row.expires_at.getTime() <= Date.now()) return undefined;
  return secretMatches(deps.keys, 'token', text, row.mac) ? row : undefined;
}

/** Somebody as a member of a workspace; undefined for who is none, or was disabled. */
export async function findMember(
  deps: Pick<Deps, 'database'>,
  workspace: string,
  principal: string,
): Promise<Principal | undefined> {
  if (!uuid.test(workspace) || !uuid.test(principal)) return undefined;
  const member = await deps.database.withWorkspace(workspace, (query) =>
    query
      .selectFrom('assay.membership as m')
      .innerJoin('assay.principal as p', 'p.id', 'm.principal_id')
      .innerJoin('assay.workspace as w', 'w.id', 'm.workspace_id')
      .select(['p.id', 'p.kind', 'p.name', 'p.key_slot', 'm.role', 'w.home'])
      .where('p.id', '=', principal)
      .where('p.disabled_at', 'is', null)
      .where('p.erased_at', 'is', null)
      .executeTakeFirst(),
  );
  if (!member || !Object.hasOwn(roles, member.role)) return undefined;
  const role = member.role as Role;
  return {
    id: member.id,
    kind: member.kind,
    name: member.name,
    slot: member.key_slot === null ? null : Number(member.key_slot),
    role,
    permissions: permissionsOf(role, member.home),
  };
}

/**
 * Who an API token belongs to, and the workspace that it is bound to.
 * @throws AssayError `identity.token_invalid`: unknown, expired and revoked look the same
 */
export async function authenticate(deps: IdentityDeps, bearer: string): Promise<Authenticated> {
  const token = await findToken(deps, bearer, 'api');
  const principal = token && (await findMember(deps, token.workspace_id, token.principal_id));
  if (!token || !principal)
    throw new AssayError(
      'identity.token_invalid',
      'The token is unknown, expired or revoked; sign in again to get another.',
    );
  return {
    workspace: token.workspace_id,
    client: `token:${secretId('token', bearer)}`,
    scopes: new Set(token.scopes.filter(isScope)),
    principal,
  };
}

/**
 * Who a browser's session belongs to, once it is open. It may be used for all that the role permits.
 * @throws AssayError `identity.token_invalid`
 */
export async function authenticateSession(
  deps: IdentityDeps & Pick<Deps, 'access'>,
  cookie: string,
): Promise<Authenticated & { readonly session: Session }> {
  const session = await findSession(deps, cookie);
  const principal =
    session?.stage === 'open' && session.workspace
      ? await findMember(deps, session.workspace, session.principal)
      : undefined;
  if (!session?.workspace || !principal)
    throw new AssayError('identity.token_invalid', 'The session is over; sign in again.');
  return {
    workspace: session.workspace,
    client: `session:${session.id}`,
    scopes: new Set(allScopes),
    principal,
    session,
  };
}

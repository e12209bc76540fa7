import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { newSlot } from '../../base/encryption/index.ts';
import type { GrantedRole } from '../access/index.ts';
import { recordAudit, systemActor } from '../audit/index.ts';
import { lockMembers, requireOtherAdministrator } from './administrators.ts';
import { type Arrived, arrive, homeWorkspace } from './arrive.ts';
import type { Factor } from './session.ts';
import { type From, recordFailure, type SignInDeps } from './sign-in.ts';

/** Which group at the identity provider has which role, and where. */
export interface GroupRole {
  /** The exact id of the group, as the provider says it. */
  readonly group: string;
  /** Name of a workspace. */
  readonly workspace: string;
  readonly role: GrantedRole;
}

/** Somebody whom an identity provider has vouched for; everything in it was verified. */
export interface Vouched {
  /** Name of the provider in the configuration. */
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
  /** What to call them. */
  readonly name: string;
  readonly groups: readonly string[];
  readonly factors: readonly Factor[];
  /** The operator's list; of several for a workspace the first counts. */
  readonly mapping: readonly GroupRole[];
}

/**
 * The principal of somebody at a provider: found by issuer and subject, which never change hands, and by nothing else. An
 * e-mail address or a name is no proof of anything (account takeover).
 */
async function findOrMake(
  deps: SignInDeps,
  query: Query,
  home: string,
  who: Vouched,
  from: From,
): Promise<string> {
  const subject = deps.keys.mac('identity', `${who.issuer}\n${who.subject}`);
  const known = await query
    .updateTable('assay.identity')
    .set({ seen_at: new Date() })
    .where('provider', '=', who.provider)
    .where('subject', '=', subject)
    .returning('principal_id')
    .executeTakeFirst();
  if (known) return known.principal_id;
  const id = randomUUID();
  await query
    .insertInto('assay.principal')
    .values({ id, kind: 'user', name: who.name, key_slot: newSlot() })
    .execute();
  await query
    .insertInto('assay.identity')
    .values({ provider: who.provider, subject, principal_id: id })
    .execute();
  await recordAudit(
    deps,
    query,
    { ...systemActor(home, from.requestId), client: from.client },
    {
      action: 'user.create',
      subject: { kind: 'principal', id },
      outcome: 'succeeded',
      detail: { provider: who.provider },
    },
  );
  return id;
}

/** The roles that the groups give now, by the id of the workspace. */
async function rolesOf(query: Query, { groups, mapping }: Vouched): Promise<Map<string, GrantedRole>> {
  const mine = new Set(groups);
  const granted = new Map<string, GrantedRole>();
  for (const { group, workspace, role } of mapping) {
    if (!mine.has(group)) continue;
    const row = await query
      .selectFrom('assay.workspace')
      .select('id')
      .where('name', '=', workspace)
      .executeTakeFirst();
    if (row && !granted.has(row.id)) granted.set(row.id, role);
  }
  return granted;
}

/** A workspace keeps an administrator, whatever the groups say: the last one stays until there is another. */
async function isSpare(query: Query, workspace: string, principal: string): Promise<boolean> {
  await lockMembers(query, workspace);
  try {
    await requireOtherAdministrator(query, workspace, principal);
    return true;
  } catch (error) {
    if (AssayError.is(error, 'workspace.last_administrator')) return false;
    throw error;
  }
}

/** Brings the memberships that this provider granted to what the groups say; those that somebody here gave stay. */
async function applyGroups(
  deps: SignInDeps,
  query: Query,
  home: string,
  principal: string,
  who: Vouched,
  from: From,
): Promise<void> {
  const wanted = await rolesOf(query, who);
  const present = await query
    .selectFrom('assay.membership')
    .selectAll()
    .where('principal_id', '=', principal)
    .execute();
  const changes: string[] = [];
  for (const row of present) {
    if (row.granted_by !== who.provider || wanted.get(row.workspace_id) === row.role) continue;
    if (row.role === 'administrator' && !(await isSpare(query, row.workspace_id, principal))) {
      changes.push(`=${row.workspace_id}`);
      wanted.delete(row.workspace_id);
      continue;
    }
    if (wanted.has(row.workspace_id)) continue;
    await query
      .deleteFrom('assay.membership')
      .where('principal_id', '=', principal)
      .where('workspace_id', '=', row.workspace_id)
      .execute();
    changes.push(`-${row.workspace_id}`);
  }
  for (const [workspace, role] of wanted) {
    const row = present.find((each) => each.workspace_id === workspace);
    if (row && (row.granted_by !== who.provider || row.role === role)) continue;
    await query
      .insertInto('assay.membership')
      .values({ workspace_id: workspace, principal_id: principal, role, granted_by: who.provider })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'principal_id']).doUpdateSet({ role }))
      .execute();
    changes.push(`${workspace}:${role}`);
  }
  if (changes.length === 0) return;
  await recordAudit(
    deps,
    query,
    { ...systemActor(home, from.requestId), client: from.client },
    {
      action: 'member.map',
      subject: { kind: 'principal', id: principal },
      outcome: 'succeeded',
      detail: { provider: who.provider, changes: changes.join(' ') },
    },
  );
}

/**
 * Signs somebody in whom the company's identity provider vouched for. Their groups decide at every sign-in which roles
 * they have.
 * @throws AssayError `identity.sign_in_failed` where they are a member of nothing, or were disabled here
 */
export async function signInWithProvider(deps: SignInDeps, who: Vouched, from: From): Promise<Arrived> {
  const home = await homeWorkspace(deps);
  const principal = await deps.database.withPeople(home, async (query) => {
    const id = await findOrMake(deps, query, home, who, from);
    await applyGroups(deps, query, home, id, who, from);
    return id;
  });
  try {
    return await deps.database.withPeople(home, (query) =>
      arrive(deps, query, {
        ...{ home, principal, method: who.provider, factors: who.factors },
        ...{ requestId: from.requestId, client: from.client },
      }),
    );
  } catch (error) {
    if (AssayError.is(error, 'identity.sign_in_failed'))
      await recordFailure(deps, from, { method: who.provider, reason: 'account', principal });
    throw error;
  }
}

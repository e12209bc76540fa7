import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { personCipher } from '../../base/encryption/index.ts';
import type { Context } from '../access/index.ts';
import { type Actor, recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { homeWorkspace } from './arrive.ts';
import { findSelf } from './own-account.ts';
import { endSessions, type Session, sessionContext } from './session.ts';
import type { From } from './sign-in.ts';

export interface SessionView {
  readonly id: string;
  readonly method: string;
  readonly factors: readonly string[];
  readonly signedInAt: string;
  readonly seenAt: string;
  readonly expiresAt: string;
  readonly address?: string;
  readonly agent?: string;
  /** True for the one that asks. */
  readonly current: boolean;
}

type OwnDeps = Pick<Deps, 'database' | 'keys' | 'access'>;

async function findSessions(
  deps: OwnDeps,
  person: { readonly id: string; readonly slot: number | null },
  current: string | undefined,
): Promise<SessionView[]> {
  const idleSince = new Date(Date.now() - deps.access.sessionIdleMinutes * 60_000);
  const rows = await deps.database.withPeople(null, (query) =>
    query
      .selectFrom('assay.session')
      .selectAll()
      .where('principal_id', '=', person.id)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', new Date())
      .where('seen_at', '>', idleSince)
      .where('stage', '=', 'open')
      .orderBy('seen_at', 'desc')
      .limit(100)
      .execute(),
  );
  const key = person.slot === null ? undefined : deps.keys.slotKey(person.slot);
  const cipher = key && personCipher(person.id, key);
  key?.fill(0);
  return rows.map((row) => {
    const known = row.personal && cipher?.unseal(sessionContext, row.personal).toString('utf8');
    const { address, agent } = JSON.parse(known || '{}') as { address?: string; agent?: string };
    return {
      id: row.id,
      method: row.method,
      factors: row.factors,
      signedInAt: row.signed_in_at.toISOString(),
      seenAt: row.seen_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      ...(address ? { address } : {}),
      ...(agent ? { agent } : {}),
      current: row.id === current,
    };
  });
}

async function end(deps: Pick<Deps, 'keys'>, query: Query, actor: Actor, id: string): Promise<void> {
  const ended = await endSessions(query, actor.principal.id, { id });
  if (ended === 0)
    throw new AssayError('identity.session_not_found', 'You have no such session, or it is over.');
  await recordAudit(deps, query, actor, {
    action: 'session.end',
    subject: { kind: 'session', id },
    outcome: 'succeeded',
  });
}

/** The signed-in browsers of whoever asks. Everybody may see and end their own, so no permission is asked for. */
export function listSessions(deps: OwnDeps, context: Context): Promise<SessionView[]> {
  const [, current] = /^session:(.+)$/.exec(context.client.id ?? '') ?? [];
  return findSessions(deps, context.principal, current);
}

/** Ends one's own session. @throws AssayError `identity.session_not_found`, also for somebody else's */
export async function endSession(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  request: { readonly id: string },
): Promise<void> {
  await deps.database.withPeople(context.workspace, (query) => end(deps, query, context, request.id));
}

/** The same for the page of one's own account. */
export async function sessionsOf(deps: OwnDeps, session: Session): Promise<SessionView[]> {
  const self = await deps.database.withPeople(null, (query) => findSelf(query, session.principal));
  return findSessions(deps, self, session.id);
}

export async function endOwnSession(
  deps: OwnDeps,
  session: Session,
  request: From & { readonly id: string },
): Promise<void> {
  const home = await homeWorkspace(deps);
  const { requestId, client, id } = request;
  await deps.database.withPeople(home, async (query) => {
    const principal = await findSelf(query, session.principal);
    await end(deps, query, { workspace: home, principal, requestId, client }, id);
  });
}

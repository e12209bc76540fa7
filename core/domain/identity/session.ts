import { timingSafeEqual } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { Selectable } from 'kysely';
import type { Query, Tables } from '../../base/database/index.ts';
import { type KeySource, personCipher } from '../../base/encryption/index.ts';
import type { Client } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { makeSecret, readSecret } from './token.ts';

type SessionRow = Selectable<Tables['assay.session']>;

/** What is still to be done before a session opens anything: a code, a new password, a second factor, a workspace. */
export type Stage = SessionRow['stage'];

/** How somebody proved who they are: RFC 8176 values, `pwd`, `otp`, or what the identity provider said. */
export type Factor = string;

/** Somebody's browser that is signed in, or on the way to it. */
export interface Session {
  readonly id: string;
  readonly principal: string;
  readonly stage: Stage;
  readonly workspace: string | null;
  /** `local`, `start`, or the name of the identity provider. */
  readonly method: string;
  readonly factors: readonly Factor[];
  readonly signedInAt: Date;
}

/** Who has signed in so far, and what is left to do. */
export interface NewSession {
  readonly principal: { readonly id: string; readonly slot: number | null };
  readonly stage: Stage;
  readonly workspace?: string;
  readonly method: string;
  readonly factors: readonly Factor[];
  readonly client: Client;
}

/** A sign-in that is not finished is given up after this time. */
const unfinishedMs = 10 * 60_000;
const touchMs = 60_000;

function view(row: SessionRow): Session {
  return {
    id: row.id,
    principal: row.principal_id,
    stage: row.stage,
    workspace: row.workspace_id,
    method: row.method,
    factors: row.factors,
    signedInAt: row.signed_in_at,
  };
}

function expiry(deps: Pick<Deps, 'access'>, stage: Stage, from: Date): Date {
  const ms = stage === 'open' ? deps.access.sessionHours * 3_600_000 : unfinishedMs;
  return new Date(from.getTime() + ms);
}

/** Where the sealed part of a session belongs. */
export const sessionContext = 'session/v1';

function sealClient(keys: KeySource, { principal, client }: NewSession): Buffer | null {
  if (principal.slot === null) return null;
  const key = keys.slotKey(principal.slot);
  const known = { address: client.address ?? null, agent: client.agent ?? null };
  const sealed = personCipher(principal.id, key).seal(sessionContext, Buffer.from(JSON.stringify(known)));
  key.fill(0);
  return sealed;
}

/** Starts a session. Needs `withPeople`. @returns the text for the cookie, which is kept only as a keyed hash */
export async function startSession(
  deps: Pick<Deps, 'keys' | 'access'>,
  query: Query,
  session: NewSession,
): Promise<{ readonly id: string; readonly text: string }> {
  const secret = makeSecret(deps.keys, 'session');
  await query
    .insertInto('assay.session')
    .values({
      id: secret.id,
      mac: secret.mac,
      principal_id: session.principal.id,
      stage: session.stage,
      workspace_id: session.workspace ?? null,
      method: session.method,
      factors: [...session.factors],
      personal: sealClient(deps.keys, session),
      expires_at: expiry(deps, session.stage, new Date()),
    })
    .execute();
  return secret;
}

/**
 * The session whose cookie was shown; undefined where it is unknown, ended, too old, or was not used for too long.
 * At most once a minute it is noted that it was used.
 */
export async function findSession(
  deps: Pick<Deps, 'database' | 'keys' | 'access'>,
  text: string,
): Promise<Session | undefined> {
  const secret = readSecret(deps.keys, 'session', text);
  if (!secret) return undefined;
  return deps.database.withPeople(null, async (query) => {
    const row = await query
      .selectFrom('assay.session')
      .selectAll()
      .where('id', '=', secret.id)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (!row || row.mac.length !== secret.mac.length || !timingSafeEqual(row.mac, secret.mac))
      return undefined;
    const now = Date.now();
    const idleMs = deps.access.sessionIdleMinutes * 60_000;
    if (row.expires_at.getTime() <= now || row.seen_at.getTime() + idleMs <= now) return undefined;
    if (row.seen_at.getTime() + touchMs <= now)
      await query
        .updateTable('assay.session')
        .set({ seen_at: new Date() })
        .where('id', '=', row.id)
        .execute();
    return view(row);
  });
}

/**
 * Takes a session on to its next stage under a new secret, so that a cookie that somebody planted or saw before is worth
 * nothing after it (session fixation). Needs `withPeople`.
 * @throws AssayError `identity.sign_in_failed` where the session was taken on or ended meanwhile
 */
export async function advanceSession(
  deps: Pick<Deps, 'keys' | 'access'>,
  query: Query,
  session: Session,
  next: { readonly stage: Stage; readonly workspace?: string; readonly factors?: readonly Factor[] },
): Promise<{ readonly id: string; readonly text: string }> {
  const ended = await query
    .updateTable('assay.session')
    .set({ ended_at: new Date() })
    .where('id', '=', session.id)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (!ended) throw new AssayError('identity.sign_in_failed', 'This sign-in is over; start again.');
  const secret = makeSecret(deps.keys, 'session');
  await query
    .insertInto('assay.session')
    .values({
      id: secret.id,
      mac: secret.mac,
      principal_id: ended.principal_id,
      stage: next.stage,
      workspace_id: next.workspace ?? ended.workspace_id,
      method: ended.method,
      factors: [...new Set([...ended.factors, ...(next.factors ?? [])])],
      personal: ended.personal,
      signed_in_at: ended.signed_in_at,
      expires_at: expiry(deps, next.stage, ended.signed_in_at),
    })
    .execute();
  return secret;
}

/** Ends sessions of somebody: one, all of them, or those in one workspace. Needs `withPeople`. @returns how many there were */
export async function endSessions(
  query: Query,
  principal: string,
  which: { readonly id?: string; readonly except?: string; readonly workspace?: string } = {},
): Promise<number> {
  let update = query
    .updateTable('assay.session')
    .set({ ended_at: new Date() })
    .where('principal_id', '=', principal)
    .where('ended_at', 'is', null);
  if (which.id !== undefined) update = update.where('id', '=', which.id);
  if (which.except !== undefined) update = update.where('id', '<>', which.except);
  if (which.workspace !== undefined) update = update.where('workspace_id', '=', which.workspace);
  return (await update.returning('id').execute()).length;
}

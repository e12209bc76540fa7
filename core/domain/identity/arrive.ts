import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import { type Client, recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { advanceSession, type Factor, type Session, type Stage, startSession } from './session.ts';

/** The workspace that the whole installation is administered from, and in which signing in is recorded. */
export async function homeWorkspace(deps: Pick<Deps, 'database'>): Promise<string> {
  const { rows } = await deps.database.withoutWorkspace((query) =>
    sql<{ home: string }>`select assay.home_workspace() as home`.execute(query),
  );
  const [row] = rows;
  if (!row?.home) throw new AssayError('workspace.not_found', 'There is no workspace yet.');
  return row.home;
}

/** RFC 8176: what counts as a second factor. A passkey is two in one. */
const second: readonly Factor[] = ['mfa', 'otp', 'hwk', 'swk', 'fpt', 'face', 'sc', 'sms', 'rc'];

/** What decides which stage is next. */
interface Standing {
  readonly id: string;
  readonly name: string;
  readonly slot: number | null;
  readonly memberships: readonly { readonly workspace: string; readonly role: string }[];
  readonly account: { readonly mustChange: boolean; readonly totp: boolean } | undefined;
}

/** Somebody who may sign in, with all that decides what is asked next; undefined for who may not. Needs `withPeople`. */
async function findStanding(query: Query, principal: string): Promise<Standing | undefined> {
  const person = await query
    .selectFrom('assay.principal')
    .select(['id', 'name', 'key_slot'])
    .where('id', '=', principal)
    .where('kind', '=', 'user')
    .where('disabled_at', 'is', null)
    .where('erased_at', 'is', null)
    .executeTakeFirst();
  if (!person) return undefined;
  const memberships = await query
    .selectFrom('assay.membership')
    .select(['workspace_id as workspace', 'role'])
    .where('principal_id', '=', principal)
    .execute();
  const account = await query
    .selectFrom('assay.account')
    .select(['must_change', 'totp_confirmed'])
    .where('principal_id', '=', principal)
    .executeTakeFirst();
  return {
    id: person.id,
    name: person.name,
    slot: person.key_slot === null ? null : Number(person.key_slot),
    memberships,
    account: account && { mustChange: account.must_change, totp: account.totp_confirmed },
  };
}

interface Proof {
  readonly method: string;
  readonly factors: readonly Factor[];
}

function stageOf(deps: Pick<Deps, 'access'>, standing: Standing, { method, factors }: Proof): Stage {
  const strong = factors.some((factor) => second.includes(factor));
  const mustBeStrong = standing.memberships.some(({ role }) => deps.access.mfaRoles.includes(role));
  if (method === 'local') {
    if (standing.account?.totp && !strong) return 'code';
    if (standing.account?.mustChange) return 'password';
    if (mustBeStrong && !strong) return 'enrol';
  } else if (mustBeStrong && !strong && method !== 'start')
    throw new AssayError(
      'identity.sign_in_failed',
      'Your role needs a second factor, and the identity provider did not say that there was one.',
    );
  return standing.memberships.length === 1 ? 'open' : 'workspace';
}

function place(standing: Standing, stage: Stage): { readonly workspace: string } | object {
  const [only] = standing.memberships;
  return stage === 'open' && only ? { workspace: only.workspace } : {};
}

type ArriveDeps = Pick<Deps, 'keys' | 'access'>;
interface From {
  /** The home workspace, where signing in is recorded (`homeWorkspace`). */
  readonly home: string;
  readonly requestId: string;
  readonly client: Client;
}

function requireStanding(standing: Standing | undefined): Standing {
  if (!standing) throw new AssayError('identity.sign_in_failed', 'This account cannot sign in.');
  if (standing.memberships.length === 0)
    throw new AssayError(
      'identity.sign_in_failed',
      'You are known, but a member of no workspace; ask an administrator to add you.',
    );
  return standing;
}

async function recordStage(
  deps: ArriveDeps,
  query: Query,
  standing: Standing,
  from: From,
  said: { readonly id: string; readonly stage: Stage; readonly method: string },
): Promise<void> {
  const actor = { workspace: from.home, principal: standing, requestId: from.requestId, client: from.client };
  await recordAudit(deps, query, actor, {
    action: said.stage === 'open' ? 'session.open' : 'session.proceed',
    subject: { kind: 'session', id: said.id },
    outcome: 'succeeded',
    detail: { method: said.method, stage: said.stage },
  });
}

/** What the browser is told: the text for its cookie, and what is left to do. */
export interface Arrived {
  readonly text: string;
  readonly stage: Stage;
  readonly person: { readonly id: string; readonly name: string; readonly slot: number | null };
}

/**
 * Somebody has proved who they are: starts their session at the first stage that is left. Needs
 * `withPeople(home)`.
 * @throws AssayError `identity.sign_in_failed`
 */
export async function arrive(
  deps: ArriveDeps,
  query: Query,
  who: Proof & From & { readonly principal: string },
): Promise<Arrived> {
  const standing = requireStanding(await findStanding(query, who.principal));
  const stage = stageOf(deps, standing, who);
  const { id, text } = await startSession(deps, query, {
    principal: standing,
    stage,
    ...place(standing, stage),
    method: who.method,
    factors: who.factors,
    client: who.client,
  });
  await recordStage(deps, query, standing, who, { id, stage, method: who.method });
  return { text, stage, person: { id: standing.id, name: standing.name, slot: standing.slot } };
}

/**
 * A stage of a session was passed: on to the next one that is left, under a new secret. Needs `withPeople(home)`.
 * @throws AssayError `identity.sign_in_failed`
 */
export async function proceed(
  deps: ArriveDeps,
  query: Query,
  session: Session,
  from: From & { readonly factors?: readonly Factor[]; readonly choice?: string },
): Promise<Arrived> {
  const standing = requireStanding(await findStanding(query, session.principal));
  const factors = [...session.factors, ...(from.factors ?? [])];
  const left = stageOf(deps, standing, { method: session.method, factors });
  const chosen = from.choice;
  if (chosen && !standing.memberships.some(({ workspace }) => workspace === chosen))
    throw new AssayError('workspace.not_found', 'You are a member of no such workspace.');
  const stage = chosen && (left === 'workspace' || left === 'open') ? 'open' : left;
  const { id, text } = await advanceSession(deps, query, session, {
    stage,
    ...place(standing, stage),
    ...(chosen ? { workspace: chosen } : {}),
    ...(from.factors ? { factors: from.factors } : {}),
  });
  await recordStage(deps, query, standing, from, { id, stage, method: session.method });
  return { text, stage, person: { id: standing.id, name: standing.name, slot: standing.slot } };
}

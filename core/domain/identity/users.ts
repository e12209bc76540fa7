import { randomBytes, randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { hashPassword, newSlot } from '../../base/encryption/index.ts';
import { type Context, type GrantedRole, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { requireDispensable } from './administrators.ts';
import { removeFactor } from './second-factor.ts';
import { endSessions } from './session.ts';

export interface UserView {
  readonly id: string;
  readonly name: string;
  /** Of the local account; absent for who signs in at an identity provider alone. */
  readonly login?: string;
  readonly disabled: boolean;
  readonly secondFactor: boolean;
  readonly createdAt: string;
}

/** With a password that works once: whoever uses it must choose another. */
export interface UserWithPassword {
  readonly user: UserView;
  readonly password: string;
}

type UserDeps = Pick<Deps, 'database' | 'keys'>;
const loginShape = /^[a-z0-9][a-z0-9._@+-]{0,119}$/;

/** Twenty letters and digits in groups, about a hundred random bits. */
function makePassword(): string {
  const alphabet = 'abcdefghjkmnpqrstvwxyz23456789';
  const letters = Array.from(randomBytes(20), (byte) => alphabet[byte % alphabet.length]).join('');
  return letters.match(/.{5}/g)?.join('-') ?? letters;
}

async function findUsers(query: Query, id?: string): Promise<UserView[]> {
  let asked = query
    .selectFrom('assay.principal as p')
    .leftJoin('assay.account as a', 'a.principal_id', 'p.id')
    .select(['p.id', 'p.name', 'p.disabled_at', 'p.created_at', 'a.login', 'a.totp_confirmed'])
    .where('p.kind', '=', 'user')
    .where('p.erased_at', 'is', null)
    .orderBy('p.created_at')
    .limit(10_000);
  if (id !== undefined) asked = asked.where('p.id', '=', id);
  return (await asked.execute()).map((row) => ({
    id: row.id,
    name: row.name,
    ...(row.login ? { login: row.login } : {}),
    disabled: row.disabled_at !== null,
    secondFactor: row.totp_confirmed ?? false,
    createdAt: row.created_at.toISOString(),
  }));
}

async function requireUser(query: Query, id: string): Promise<UserView> {
  const [user] = await findUsers(query, id);
  if (!user) throw new AssayError('user.not_found', `There is no user ${id}.`);
  return user;
}

async function requireFreeLogin(query: Query, login: string): Promise<void> {
  if (!loginShape.test(login))
    throw new AssayError(
      'request.invalid',
      'A login begins with a letter or a digit and has letters, digits and . _ @ + - alone.',
      {
        issues: [{ pointer: '/login', code: 'LOGIN', detail: 'lower-case letters, digits and . _ @ + -' }],
      },
    );
  const taken = await query
    .selectFrom('assay.account')
    .select('principal_id')
    .where('login', '=', login)
    .executeTakeFirst();
  if (taken) throw new AssayError('identity.login_taken', `Somebody has the login ${login}; choose another.`);
}

export async function listUsers(deps: UserDeps, context: Context): Promise<UserView[]> {
  requirePermission(context, 'users:read');
  return deps.database.withPeople(context.workspace, (query) => findUsers(query));
}

/**
 * Makes somebody with a local account; a member of the caller's workspace where a role is named.
 * @throws AssayError `identity.login_taken`, `request.invalid`
 */
export async function createUser(
  deps: UserDeps,
  context: Context,
  request: { readonly login: string; readonly name: string; readonly role?: GrantedRole | undefined },
): Promise<UserWithPassword> {
  requirePermission(context, 'users:write');
  const login = request.login.trim().toLowerCase();
  const [id, password] = [randomUUID(), makePassword()];
  const encoded = await hashPassword(password);
  return deps.database.withPeople(context.workspace, async (query) => {
    await requireFreeLogin(query, login);
    await query
      .insertInto('assay.principal')
      .values({ id, kind: 'user', name: request.name.trim(), key_slot: newSlot() })
      .execute();
    await query
      .insertInto('assay.account')
      .values({ principal_id: id, login, password: encoded, totp: null })
      .execute();
    if (request.role)
      await query
        .insertInto('assay.membership')
        .values({ workspace_id: context.workspace, principal_id: id, role: request.role })
        .execute();
    await recordAudit(deps, query, context, {
      action: 'user.create',
      subject: { kind: 'principal', id },
      outcome: 'succeeded',
      detail: request.role ? { role: request.role } : {},
    });
    return { user: await requireUser(query, id), password };
  });
}

/** Somebody who is disabled can do nothing from now on, with whatever session or token; nothing of theirs is removed. */
export async function setUserDisabled(
  deps: UserDeps,
  context: Context,
  request: { readonly id: string; readonly disabled: boolean },
): Promise<UserView> {
  requirePermission(context, 'users:write');
  if (request.disabled && request.id === context.principal.id)
    throw new AssayError('access.denied', 'Nobody disables themselves; ask another administrator.');
  return deps.database.withPeople(context.workspace, async (query) => {
    const { id } = await requireUser(query, request.id);
    if (request.disabled) await requireDispensable(query, id);
    await query
      .updateTable('assay.principal')
      .set({ disabled_at: request.disabled ? new Date() : null })
      .where('id', '=', id)
      .execute();
    if (request.disabled) await endSessions(query, id);
    await recordAudit(deps, query, context, {
      action: request.disabled ? 'user.disable' : 'user.enable',
      subject: { kind: 'principal', id },
      outcome: 'succeeded',
    });
    return requireUser(query, id);
  });
}

/**
 * Gives somebody a new one-time password and ends their sessions; a lost second factor is taken away where that is asked.
 * @throws AssayError `user.not_found` also for who has no local account
 */
export async function resetPassword(
  deps: UserDeps,
  context: Context,
  request: { readonly id: string; readonly removeSecondFactor: boolean },
): Promise<UserWithPassword> {
  requirePermission(context, 'users:write');
  const password = makePassword();
  const encoded = await hashPassword(password);
  return deps.database.withPeople(context.workspace, async (query) => {
    const user = await requireUser(query, request.id);
    if (!user.login) throw new AssayError('user.not_found', `${user.name} has no local account.`);
    await query
      .updateTable('assay.account')
      .set({ password: encoded, must_change: true, changed_at: new Date() })
      .where('principal_id', '=', user.id)
      .execute();
    if (request.removeSecondFactor) await removeFactor(query, user.id);
    await endSessions(query, user.id);
    await recordAudit(deps, query, context, {
      action: 'user.reset_password',
      subject: { kind: 'principal', id: user.id },
      outcome: 'succeeded',
      detail: { removeSecondFactor: request.removeSecondFactor },
    });
    return { user: await requireUser(query, user.id), password };
  });
}

/** Removes all that somebody could sign in with: of who is erased. Needs `withPeople`. */
export async function forgetSignIn(query: Query, principal: string): Promise<void> {
  for (const table of ['assay.account', 'assay.recovery_code', 'assay.identity'] as const)
    await query.deleteFrom(table).where('principal_id', '=', principal).execute();
}

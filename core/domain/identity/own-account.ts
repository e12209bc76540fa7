import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { checkPassword, hashPassword } from '../../base/encryption/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { type Arrived, homeWorkspace, proceed } from './arrive.ts';
import { countAttempt, forgetAttempts } from './attempts.ts';
import { requireGoodPassword } from './password-policy.ts';
import { issueRecoveryCodes, removeFactor, takeCode } from './second-factor.ts';
import { endSessions, type Session } from './session.ts';
import { type From, requireStage, type SignInDeps } from './sign-in.ts';

/** What somebody's own page shows. */
export interface OwnAccount {
  readonly name: string;
  readonly login: string | undefined;
  readonly secondFactor: boolean;
  readonly recoveryCodesLeft: number;
}

interface Self {
  readonly id: string;
  readonly name: string;
  readonly slot: number | null;
}

export async function findSelf(query: Query, id: string): Promise<Self> {
  const row = await query
    .selectFrom('assay.principal')
    .select(['id', 'name', 'key_slot'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { id: row.id, name: row.name, slot: row.key_slot === null ? null : Number(row.key_slot) };
}

/** Whether anybody has a local account, so that there is something to sign in to. */
export async function hasAccounts({ database }: Pick<Deps, 'database'>): Promise<boolean> {
  const found = await database.withPeople(null, (query) =>
    query.selectFrom('assay.account').select('principal_id').limit(1).executeTakeFirst(),
  );
  return found !== undefined;
}

export async function getOwnAccount(deps: Pick<Deps, 'database'>, session: Session): Promise<OwnAccount> {
  return deps.database.withPeople(null, async (query) => {
    const account = await query
      .selectFrom('assay.account')
      .select(['login', 'totp_confirmed'])
      .where('principal_id', '=', session.principal)
      .executeTakeFirst();
    const { left } = await query
      .selectFrom('assay.recovery_code')
      .select((eb) => eb.fn.countAll<string>().as('left'))
      .where('principal_id', '=', session.principal)
      .where('used_at', 'is', null)
      .executeTakeFirstOrThrow();
    return {
      name: (await findSelf(query, session.principal)).name,
      login: account?.login,
      secondFactor: account?.totp_confirmed ?? false,
      recoveryCodesLeft: Number(left),
    };
  });
}

/**
 * Another password, by somebody who knows the present one. All other sessions of theirs end.
 * @throws AssayError `identity.sign_in_failed`, `identity.password_weak`, `identity.locked`
 */
export async function changeOwnPassword(
  deps: SignInDeps,
  session: Session,
  request: From & { readonly current: string; readonly password: string },
): Promise<Arrived> {
  requireStage(session, 'open');
  const { principal } = session;
  await countAttempt(deps, 'code', principal);
  const account = await deps.database.withPeople(null, (query) =>
    query
      .selectFrom('assay.account as a')
      .innerJoin('assay.principal as p', 'p.id', 'a.principal_id')
      .select(['a.login', 'a.password', 'p.name'])
      .where('a.principal_id', '=', principal)
      .executeTakeFirst(),
  );
  if (!(await checkPassword(request.current, account?.password)).right || !account)
    throw new AssayError('identity.sign_in_failed', 'The present password is wrong.');
  await forgetAttempts(deps, 'code', principal);
  requireGoodPassword(request.password, [account.login, account.name]);
  const password = await hashPassword(request.password);
  const home = await homeWorkspace(deps);
  const { requestId, client } = request;
  return deps.database.withPeople(home, async (query) => {
    await query
      .updateTable('assay.account')
      .set({ password, must_change: false, changed_at: new Date() })
      .where('principal_id', '=', principal)
      .execute();
    await endSessions(query, principal, { except: session.id });
    await recordAudit(
      deps,
      query,
      { workspace: home, principal: await findSelf(query, principal), requestId, client },
      { action: 'user.change_password', subject: { kind: 'principal', id: principal }, outcome: 'succeeded' },
    );
    return proceed(deps, query, session, {
      ...{ home, requestId, client },
      ...(session.workspace ? { choice: session.workspace } : {}),
    });
  });
}

/** What is done with a second factor by who has it at hand: a code is used up for it. */
export async function changeFactor(
  deps: SignInDeps,
  session: Session,
  request: From & { readonly code: string; readonly change: 'remove' | 'new-codes' },
): Promise<readonly string[]> {
  requireStage(session, 'open');
  const { principal } = session;
  if (!(await takeCode(deps, principal, request.code)))
    throw new AssayError('identity.sign_in_failed', 'The code is wrong, or was used already.');
  const home = await homeWorkspace(deps);
  const { requestId, client } = request;
  return deps.database.withPeople(home, async (query) => {
    await recordAudit(
      deps,
      query,
      { workspace: home, principal: await findSelf(query, principal), requestId, client },
      {
        action: request.change === 'remove' ? 'factor.remove' : 'factor.new_codes',
        subject: { kind: 'principal', id: principal },
        outcome: 'succeeded',
      },
    );
    if (request.change === 'new-codes') return issueRecoveryCodes(deps, query, principal);
    await removeFactor(query, principal);
    return [];
  });
}

/** Ends the session that asks. */
export async function signOut(deps: SignInDeps, session: Session, from: From): Promise<void> {
  const home = await homeWorkspace(deps);
  await deps.database.withPeople(home, async (query) => {
    await endSessions(query, session.principal, { id: session.id });
    await recordAudit(
      deps,
      query,
      {
        workspace: home,
        principal: await findSelf(query, session.principal),
        requestId: from.requestId,
        client: from.client,
      },
      { action: 'session.end', subject: { kind: 'session', id: session.id }, outcome: 'succeeded' },
    );
  });
}

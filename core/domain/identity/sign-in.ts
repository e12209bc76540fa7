import { AssayError } from '@assay/sdk';
import { checkPassword, hashPassword } from '../../base/encryption/index.ts';
import { type Client, recordAudit, systemActor } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { type Arrived, arrive, homeWorkspace, proceed } from './arrive.ts';
import { countAttempt, forgetAttempts } from './attempts.ts';
import { findToken } from './authenticate.ts';
import { requireGoodPassword } from './password-policy.ts';
import { takeCode } from './second-factor.ts';
import type { Session, Stage } from './session.ts';

export type SignInDeps = Pick<Deps, 'database' | 'keys' | 'access'>;

/** On which request, from where. */
export interface From {
  readonly requestId: string;
  readonly client: Client;
}

/** One answer for all that can be wrong: whether a login is known is nobody's business. */
function failed(): AssayError {
  return new AssayError('identity.sign_in_failed', 'The login or the password is wrong.');
}

/** A sign-in that failed is recorded as one, and by whom where that is known. */
export async function recordFailure(
  deps: SignInDeps,
  from: From,
  why: { readonly method: string; readonly reason: string; readonly principal?: string | undefined },
): Promise<void> {
  const home = await homeWorkspace(deps);
  await deps.database.withPeople(home, (query) =>
    recordAudit(
      deps,
      query,
      { ...systemActor(home, from.requestId), client: from.client },
      {
        action: 'session.refuse',
        subject: { kind: 'principal', id: why.principal ?? 'unknown' },
        outcome: 'refused',
        detail: { method: why.method, reason: why.reason },
      },
    ),
  );
}

/**
 * A local account: login and password.
 * @throws AssayError `identity.sign_in_failed`, `identity.locked`, `request.limit_exceeded`
 */
export async function signInWithPassword(
  deps: SignInDeps,
  request: From & { readonly login: string; readonly password: string },
): Promise<Arrived> {
  const login = request.login.trim().toLowerCase().slice(0, 120);
  await countAttempt(deps, 'login', login);
  const account = await deps.database.withPeople(null, (query) =>
    query
      .selectFrom('assay.account')
      .select(['principal_id', 'password'])
      .where('login', '=', login)
      .executeTakeFirst(),
  );
  const { right, outdated } = await checkPassword(request.password, account?.password);
  if (!account || !right) {
    const reason = account ? 'password' : 'login';
    await recordFailure(deps, request, { method: 'local', reason, principal: account?.principal_id });
    throw failed();
  }
  await forgetAttempts(deps, 'login', login);
  const rehashed = outdated ? await hashPassword(request.password) : undefined;
  const home = await homeWorkspace(deps);
  try {
    return await deps.database.withPeople(home, async (query) => {
      if (rehashed)
        await query
          .updateTable('assay.account')
          .set({ password: rehashed })
          .where('principal_id', '=', account.principal_id)
          .execute();
      const { requestId, client } = request;
      return arrive(deps, query, {
        ...{ home, requestId, client, principal: account.principal_id, method: 'local', factors: ['pwd'] },
      });
    });
  } catch (error) {
    if (AssayError.is(error, 'identity.sign_in_failed'))
      await recordFailure(deps, request, {
        ...{ method: 'local', reason: 'account', principal: account.principal_id },
      });
    throw error;
  }
}

/**
 * The one-time token that the start printed.
 * @throws AssayError `identity.start_token_invalid`
 */
export async function signInWithStartToken(
  deps: SignInDeps,
  request: From & { readonly token: string },
): Promise<Arrived> {
  const start = await findToken(deps, request.token, 'start');
  const invalid = () =>
    new AssayError(
      'identity.start_token_invalid',
      'The sign-in token is unknown, expired or was already used; restart Assay to get another.',
    );
  if (!start) {
    await recordFailure(deps, request, { method: 'start', reason: 'token' });
    throw invalid();
  }
  const home = await homeWorkspace(deps);
  return deps.database.withPeople(home, async (query) => {
    const used = await query
      .updateTable('assay.token')
      .set({ used_at: new Date() })
      .where('mac', '=', start.mac)
      .where('used_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (!used) throw invalid();
    const { requestId, client } = request;
    return arrive(deps, query, {
      ...{ home, requestId, client, principal: start.principal_id, method: 'start', factors: [] },
    });
  });
}

/** A session must be where it is said to be: nobody goes past a stage by sending the form of another. */
export function requireStage(session: Session | undefined, stage: Stage): Session {
  if (session?.stage === stage) return session;
  throw new AssayError('identity.sign_in_failed', 'This sign-in is over or somewhere else; start again.');
}

/** The code of an app, or a recovery code, after the password. */
export async function enterCode(
  deps: SignInDeps,
  session: Session | undefined,
  request: From & { readonly code: string },
): Promise<Arrived> {
  const at = requireStage(session, 'code');
  const factor = await takeCode(deps, at.principal, request.code);
  if (!factor) {
    await recordFailure(deps, request, { method: 'local', reason: 'code', principal: at.principal });
    throw new AssayError('identity.sign_in_failed', 'The code is wrong, or was used already.');
  }
  const home = await homeWorkspace(deps);
  return deps.database.withPeople(home, (query) =>
    proceed(deps, query, at, {
      home,
      requestId: request.requestId,
      client: request.client,
      factors: [factor],
    }),
  );
}

/** A password of one's own, in place of the one that somebody else set. */
export async function replacePassword(
  deps: SignInDeps,
  session: Session | undefined,
  request: From & { readonly password: string },
): Promise<Arrived> {
  const at = requireStage(session, 'password');
  const account = await deps.database.withPeople(null, (query) =>
    query
      .selectFrom('assay.account as a')
      .innerJoin('assay.principal as p', 'p.id', 'a.principal_id')
      .select(['a.login', 'a.password', 'p.name'])
      .where('a.principal_id', '=', at.principal)
      .executeTakeFirstOrThrow(),
  );
  requireGoodPassword(request.password, [account.login, account.name]);
  if ((await checkPassword(request.password, account.password)).right)
    throw new AssayError(
      'identity.password_weak',
      'This is the password that was given to you; choose another.',
    );
  const password = await hashPassword(request.password);
  const home = await homeWorkspace(deps);
  return deps.database.withPeople(home, async (query) => {
    await query
      .updateTable('assay.account')
      .set({ password, must_change: false, changed_at: new Date() })
      .where('principal_id', '=', at.principal)
      .execute();
    return proceed(deps, query, at, { home, requestId: request.requestId, client: request.client });
  });
}

/**
 * The workspace that a session is for; an open one may change it.
 * @throws AssayError `workspace.not_found`
 */
export async function chooseWorkspace(
  deps: SignInDeps,
  session: Session | undefined,
  request: From & { readonly workspace: string },
): Promise<Arrived> {
  const at = session?.stage === 'open' ? session : requireStage(session, 'workspace');
  const home = await homeWorkspace(deps);
  const { requestId, client, workspace: choice } = request;
  return deps.database.withPeople(home, (query) =>
    proceed(deps, query, at, { home, requestId, client, choice }),
  );
}

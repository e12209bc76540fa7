import { AssayError } from '@assay/sdk';
import { recordAudit } from '../audit/index.ts';
import { type Arrived, homeWorkspace, proceed } from './arrive.ts';
import { confirmEnrolment } from './second-factor.ts';
import type { Session } from './session.ts';
import { type From, requireStage, type SignInDeps } from './sign-in.ts';

/** Recovery codes, shown this once, and where the session goes on to. */
export interface Enrolled extends Arrived {
  readonly codes: readonly string[];
}

/**
 * Confirms an app during the sign-in that demands one, or later from one's own account.
 * @throws AssayError `identity.sign_in_failed` for a wrong code
 */
export async function enrol(
  deps: SignInDeps,
  session: Session | undefined,
  request: From & { readonly code: string },
): Promise<Enrolled> {
  const at = session?.stage === 'open' ? session : requireStage(session, 'enrol');
  const home = await homeWorkspace(deps);
  const { requestId, client } = request;
  return deps.database.withPeople(home, async (query) => {
    const codes = await confirmEnrolment(deps, query, at.principal, request.code);
    if (!codes)
      throw new AssayError(
        'identity.sign_in_failed',
        'The code is wrong. Look at the clock of the device, and try the next one.',
      );
    const arrived = await proceed(deps, query, at, {
      ...{ home, requestId, client, factors: ['otp'] },
      ...(at.stage === 'open' && at.workspace ? { choice: at.workspace } : {}),
    });
    await recordAudit(
      deps,
      query,
      { workspace: home, principal: arrived.person, requestId, client },
      { action: 'factor.enrol', subject: { kind: 'principal', id: at.principal }, outcome: 'succeeded' },
    );
    return { ...arrived, codes };
  });
}

import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import type { Deps } from '../deps.ts';

/** So many failures cost nothing; each further one locks for twice as long, up to a quarter of an hour. */
const free = 5;
const firstMinutes = 1;
const mostMinutes = 15;
/** After a day without an attempt all is forgotten. */
const forgetHours = 24;

type AttemptDeps = Pick<Deps, 'database' | 'keys'>;

function subjectOf({ keys }: AttemptDeps, kind: 'login' | 'code', who: string): Buffer {
  return keys.mac('attempt', `${kind}:${who}`);
}

function locked(until: Date): AssayError {
  const seconds = Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1000));
  return new AssayError(
    'identity.locked',
    `Too many attempts failed; the next one counts in ${seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`,
    { retryAfter: seconds },
  );
}

/**
 * Counts an attempt before it is looked at, so that many at once are as many as one after the other. Logins that nobody
 * has are counted as well: being locked tells nothing.
 * @throws AssayError `identity.locked`, which a right password does not shorten
 */
export async function countAttempt(deps: AttemptDeps, kind: 'login' | 'code', who: string): Promise<void> {
  const subject = subjectOf(deps, kind, who);
  const until = await deps.database.withPeople(null, async (query) => {
    const { rows } = await sql<{ failures: number }>`
      insert into assay.sign_in_attempt as a (subject, failures, last_at) values (${subject}, 1, now())
      on conflict (subject) do update set
        failures = case when a.last_at < now() - make_interval(hours => ${forgetHours}) then 1 else a.failures + 1 end,
        last_at = now(),
        locked_until = case when a.failures + 1 >= ${free} and a.last_at >= now() - make_interval(hours => ${forgetHours})
          then now() + make_interval(mins => least(${mostMinutes}, ${firstMinutes} * (2 ^ least(10, a.failures + 1 - ${free}))::integer)) end
      where a.locked_until is null or a.locked_until <= now()
      returning a.failures`.execute(query);
    if (rows.length > 0) return undefined;
    const row = await query
      .selectFrom('assay.sign_in_attempt')
      .select('locked_until')
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row?.locked_until ?? new Date();
  });
  if (until) throw locked(until);
}

/** What was tried was right: earlier failures are forgotten. */
export async function forgetAttempts(deps: AttemptDeps, kind: 'login' | 'code', who: string): Promise<void> {
  await deps.database.withPeople(null, (query) =>
    query
      .deleteFrom('assay.sign_in_attempt')
      .where('subject', '=', subjectOf(deps, kind, who))
      .execute(),
  );
}

import type { Deps } from '../deps.ts';

const dayMs = 86_400_000;
/** Ended sessions stay a while: the list of them is what somebody asks for after an incident. */
const sessionDays = 30;

/**
 * Removes what is over: what the authorization server kept, sessions of a month ago, attempts of yesterday.
 * @returns how many rows there were
 */
export async function sweepExpired({ database }: Pick<Deps, 'database'>): Promise<number> {
  const now = Date.now();
  return database.withPeople(null, async (query) => {
    const gone = [
      await query.deleteFrom('assay.oauth_object').where('expires_at', '<', new Date(now)).executeTakeFirst(),
      await query
        .deleteFrom('assay.session')
        .where('expires_at', '<', new Date(now - sessionDays * dayMs))
        .executeTakeFirst(),
      await query
        .deleteFrom('assay.sign_in_attempt')
        .where('last_at', '<', new Date(now - dayMs))
        .executeTakeFirst(),
    ];
    return gone.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
  });
}

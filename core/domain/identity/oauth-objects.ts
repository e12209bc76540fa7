import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import { installationCipher } from '../../base/encryption/index.ts';
import type { Deps } from '../deps.ts';

/** What the authorization server keeps for a while; its ids are secrets (codes, refresh tokens). */
export type OAuthPayload = Readonly<Record<string, unknown>>;

export interface OAuthObjects {
  save(id: string, payload: OAuthPayload, expires: Date): Promise<void>;
  find(id: string): Promise<OAuthPayload | undefined>;
  /** By its second name: `uid` of a session, `userCode` of a device code. */
  findByAlias(alias: string): Promise<OAuthPayload | undefined>;
  /** Marks it used. @returns false where it was used before, also by somebody at the same moment */
  consume(id: string): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Removes everything that came from a grant. */
  removeGrant(grant: string): Promise<void>;
}

type ObjectDeps = Pick<Deps, 'database' | 'keys'>;

/** True while the grant stands: nobody revoked it, and none of its refresh tokens was used twice. */
export async function grantStands(deps: ObjectDeps, grant: string): Promise<boolean> {
  const id = deps.keys.mac('oauth-id', `Grant:${grant}`);
  return deps.database.withPeople(null, async (query) => {
    const row = await query
      .selectFrom('assay.oauth_object')
      .select('id')
      .where('model', '=', 'Grant')
      .where('id', '=', id)
      .where('expires_at', '>', new Date())
      .executeTakeFirst();
    return row !== undefined;
  });
}

/**
 * Objects of one kind. A row is found by a keyed hash of its id and its payload is sealed, so that whoever has the
 * database has no code and no refresh token that works.
 */
export function oauthObjects({ database, keys }: ObjectDeps, model: string): OAuthObjects {
  const cipher = () => installationCipher(keys, 'oauth');
  const idOf = (id: string) => keys.mac('oauth-id', `${model}:${id}`);
  const aliasOf = (alias: unknown) =>
    typeof alias === 'string' ? keys.mac('oauth-alias', `${model}:${alias}`) : null;
  const grantOf = (grant: unknown) =>
    typeof grant === 'string' ? keys.mac('oauth-id', `Grant:${grant}`) : null;
  const people = <T>(work: (query: Query) => Promise<T>) => database.withPeople(null, work);

  const open = (row: { id: Buffer; payload: Buffer; consumed_at: Date | null } | undefined) => {
    if (!row) return undefined;
    const bytes = cipher().unseal(`${model}/${row.id.toString('base64')}`, row.payload);
    const payload = JSON.parse(bytes.toString('utf8')) as OAuthPayload;
    // In seconds, as the authorization server counts.
    return row.consumed_at ? { ...payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) } : payload;
  };
  const select = (query: Query) =>
    query
      .selectFrom('assay.oauth_object')
      .select(['id', 'payload', 'consumed_at'])
      .where('model', '=', model)
      .where('expires_at', '>', new Date());

  return {
    save: (id, payload, expires) =>
      people(async (query) => {
        const key = idOf(id);
        const row = {
          payload: cipher().seal(`${model}/${key.toString('base64')}`, Buffer.from(JSON.stringify(payload))),
          grant_id: grantOf(payload.grantId),
          alias: aliasOf(payload.userCode ?? (model === 'Session' ? payload.uid : undefined)),
          expires_at: expires,
        };
        await query
          .insertInto('assay.oauth_object')
          .values({ model, id: key, ...row })
          .onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(row))
          .execute();
      }),
    find: (id) =>
      people(async (query) => open(await select(query).where('id', '=', idOf(id)).executeTakeFirst())),
    findByAlias: (alias) =>
      people(async (query) =>
        open(await select(query).where('alias', '=', aliasOf(alias)).executeTakeFirst()),
      ),
    consume: (id) =>
      people(async (query) => {
        const row = await query
          .updateTable('assay.oauth_object')
          .set({ consumed_at: sql<Date>`clock_timestamp()` })
          .where('model', '=', model)
          .where('id', '=', idOf(id))
          .where('consumed_at', 'is', null)
          .returning('id')
          .executeTakeFirst();
        return row !== undefined;
      }),
    remove: (id) =>
      people(async (query) => {
        await query
          .deleteFrom('assay.oauth_object')
          .where('model', '=', model)
          .where('id', '=', idOf(id))
          .execute();
      }),
    removeGrant: (grant) =>
      people(async (query) => {
        await query.deleteFrom('assay.oauth_object').where('grant_id', '=', grantOf(grant)).execute();
      }),
  };
}

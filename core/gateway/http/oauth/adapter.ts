import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Deps } from '../../../domain/deps.ts';
import { findClient, oauthObjects, recordRegistration } from '../../../domain/identity/index.ts';

/** Without an end of its own an object would stay for ever. */
const longestSeconds = 30 * 86_400;

function clientAdapter(deps: Deps): Adapter {
  const refuse = async () => {
    throw new TypeError('clients are removed by administrators, not by the authorization server');
  };
  return {
    find: async (id) => (await findClient(deps, id))?.metadata as AdapterPayload | undefined,
    // Only where clients may register themselves; the library has checked what they say.
    async upsert(id, metadata) {
      // Whoever registers must not choose what we fetch.
      if ('jwks_uri' in metadata) throw new errors.InvalidClientMetadata('jwks_uri is not taken; send jwks');
      await recordRegistration(deps, id, metadata as Record<string, unknown>);
    },
    destroy: refuse,
    consume: refuse,
    revokeByGrantId: refuse,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
  };
}

/** What the authorization server keeps, as it asks for it, over our own tables. */
export function createAdapter(deps: Deps): (model: string) => Adapter {
  return (model) => {
    if (model === 'Client') return clientAdapter(deps);
    const objects = oauthObjects(deps, model);
    const payload = (found: unknown) => found as AdapterPayload | undefined;
    return {
      upsert: (id, value, seconds) =>
        objects.save(
          id,
          value as Record<string, unknown>,
          new Date(Date.now() + (seconds ?? longestSeconds) * 1000),
        ),
      find: async (id) => payload(await objects.find(id)),
      findByUid: async (uid) => payload(await objects.findByAlias(uid)),
      findByUserCode: async (code) => payload(await objects.findByAlias(code)),
      async consume(id) {
        if (await objects.consume(id)) return;
        // Two requests with the same code at once: the later one is a replay, and ends what the first one was given.
        const found = await objects.find(id);
        const grant = found?.grantId;
        if (typeof grant === 'string')
          for (const kind of ['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode'])
            await oauthObjects(deps, kind).removeGrant(grant);
        if (typeof grant === 'string') await oauthObjects(deps, 'Grant').remove(grant);
        throw new errors.InvalidGrant('already used');
      },
      destroy: (id) => objects.remove(id),
      revokeByGrantId: (grant) => objects.removeGrant(grant),
    };
  };
}

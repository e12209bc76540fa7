import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Installation, startInstallation, testAccess } from '../../testing/installation.ts';
import { findSession, oauthObjects, startSession, sweepExpired } from './index.ts';

describe('what is over', () => {
  let at: Installation;
  before(async () => {
    at = await startInstallation();
  });
  after(() => at?.stop());

  test('is removed, and what is not stays', async () => {
    const { id, slot } = at.context().principal;
    const session = () =>
      at.api.database.withPeople(null, (query) =>
        startSession({ ...at.api, access: testAccess }, query, {
          ...{ principal: { id, slot }, stage: 'open', workspace: at.workspace },
          ...{ method: 'local', factors: [], client: {} },
        }),
      );
    const [old, young] = [await session(), await session()];
    await at.owner.query("update assay.session set expires_at = now() - interval '31 days' where id = $1", [
      old.id,
    ]);
    const codes = oauthObjects(at.api, 'AuthorizationCode');
    await codes.save('old', { a: 1 }, new Date(Date.now() - 1000));
    await codes.save('young', { a: 2 }, new Date(Date.now() + 60_000));
    await at.owner.query(
      "insert into assay.sign_in_attempt values ('\\x00', 3, null, now() - interval '25 hours')",
    );
    assert.equal(await sweepExpired(at.api), 3);
    assert.equal(await sweepExpired(at.api), 0);
    assert.ok(await findSession(at.api, young.text));
    assert.deepEqual(await codes.find('young'), { a: 2 });
    assert.equal(await codes.find('old'), undefined);
  });
});

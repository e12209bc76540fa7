import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { AssayError, type ErrorCode } from '@assay/sdk';
import { type Installation, startInstallation } from '../../testing/installation.ts';
import { type Context, permissionsOf, type Role, type Scope } from '../access/index.ts';
import { addMember, createService, createWorkspace, removeMember } from '../workspaces/index.ts';
import { authenticate } from './authenticate.ts';
import { createToken, listTokens, revokeToken } from './index.ts';
import { createUseNotes } from './last-use.ts';

const is = (code: ErrorCode) => (error: unknown) => AssayError.is(error, code);

describe('tokens', () => {
  let at: Installation;
  before(async () => {
    at = await startInstallation();
  });
  after(() => at?.stop());

  const as = (context: Context, scopes: readonly Scope[]): Context => ({
    ...context,
    scopes: new Set(scopes),
  });
  const request = { name: 'nightly', scopes: ['tools:read'] as const, days: 30 };

  /** Somebody with a role in the workspace, who is a principal of the database too. */
  async function colleague(role: Role): Promise<Context> {
    const id = randomUUID();
    await at.owner.query("insert into assay.principal (id, kind, name) values ($1, 'user', $2)", [id, role]);
    await at.owner.query('insert into assay.membership values ($1, $2, $3)', [at.workspace, id, role]);
    const context = at.context(role);
    const permissions = permissionsOf(role, true);
    return { ...context, principal: { ...context.principal, id, role, permissions, slot: null } };
  }

  test('one is shown once, opens the workspace of its maker with its scopes, and is kept as a keyed hash', async () => {
    const before = Date.now();
    const made = await createToken(at.api, at.context(), request);
    const who = await authenticate(at.api, made.token);
    assert.equal(who.workspace, at.workspace);
    assert.deepEqual([...who.scopes], ['tools:read']);
    const days = (Date.parse(made.expiresAt) - before) / 86_400_000;
    assert.ok(days > 29.9 && days < 30.1, `${days} days`);
    // The secret may hold underscores of its own.
    const secret = made.token.slice(`assay_${made.id}_`.length, -'_12345678'.length);
    assert.equal(secret.length, 43);
    const listed = JSON.stringify(await listTokens(at.api, at.context()));
    assert.ok(listed.includes(made.id) && !listed.includes(secret));
    const { rows } = await at.owner.query('select t::text as row from assay.token t where id = $1', [
      made.id,
    ]);
    assert.ok(!rows[0].row.includes(secret));
    const audit = await at.owner.query('select action from assay.audit_record where subject_id = $1', [
      made.id,
    ]);
    assert.deepEqual(audit.rows, [{ action: 'token.create' }]);
  });

  test('privilege escalation by token: none is wider than what its maker shows, nor for another workspace', async () => {
    const narrow = as(at.context(), ['tools:read', 'admin']);
    for (const scopes of [['jobs:submit'], ['tools:read', 'data:export']] as const)
      await assert.rejects(createToken(at.api, narrow, { ...request, scopes }), is('access.scope_missing'));
    const withoutAdmin = as(at.context(), ['tools:read', 'jobs:submit', 'data:export']);
    await assert.rejects(createToken(at.api, withoutAdmin, request), is('access.scope_missing'));
    const other = await createWorkspace(at.api, at.context(), { name: 'escalation' });
    const service = await createService(
      at.api,
      { ...at.context(), workspace: other.id },
      {
        name: 'ci',
        role: 'administrator',
      },
    );
    const forOther = { ...request, service: service.id };
    await assert.rejects(createToken(at.api, at.context(), forOther), is('member.not_found'));
    const { id } = at.context().principal;
    await assert.rejects(
      createToken(at.api, at.context(), { ...request, service: id }),
      is('member.not_found'),
    );
  });

  test('privilege escalation by service: only who may write members makes its tokens', async () => {
    const service = await createService(at.api, at.context(), { name: 'ci', role: 'administrator' });
    for (const role of ['viewer', 'analyst', 'operator', 'auditor'] as const) {
      const forService = { ...request, service: service.id };
      await assert.rejects(createToken(at.api, at.context(role), forService), is('access.denied'));
    }
    const made = await createToken(at.api, at.context(), { ...request, service: service.id });
    const who = await authenticate(at.api, made.token);
    assert.deepEqual([who.principal.id, who.principal.kind], [service.id, 'service']);
    await removeMember(at.api, at.context(), { id: service.id });
    await assert.rejects(authenticate(at.api, made.token), is('identity.token_invalid'));
    const forGone = { ...request, service: service.id };
    await assert.rejects(createToken(at.api, at.context(), forGone), is('member.not_found'));
  });

  test("one's own are seen and revoked by everybody, a colleague's by who may", async () => {
    const [ann, ben, operator] = [
      await colleague('viewer'),
      await colleague('viewer'),
      await colleague('operator'),
    ];
    const hers = await createToken(at.api, ann, request);
    const ids = async (context: Context) => (await listTokens(at.api, context)).items.map(({ id }) => id);
    assert.deepEqual(await ids(ann), [hers.id]);
    assert.deepEqual(await ids(ben), []);
    assert.ok((await ids(operator)).includes(hers.id));
    const unknown = 'AAAAAAAAAAAA';
    const refusals: string[] = [];
    for (const id of [hers.id, unknown])
      await assert.rejects(revokeToken(at.api, ben, { id }), (error: AssayError) => {
        refusals.push(`${error.code} ${error.message.replace(id, '')}`);
        return true;
      });
    assert.equal(refusals[0], refusals[1], "somebody else's looks like none");
    await authenticate(at.api, hers.token);
    const revoked = await revokeToken(at.api, operator, { id: hers.id });
    assert.ok(revoked.revokedAt);
    assert.deepEqual(
      await revokeToken(at.api, ann, { id: hers.id }),
      revoked,
      'a second time nothing happens',
    );
    await assert.rejects(authenticate(at.api, hers.token), is('identity.token_invalid'));
    const { rows } = await at.owner.query(
      "select count(*)::int as n from assay.audit_record where action = 'token.revoke' and subject_id = $1",
      [hers.id],
    );
    assert.equal(rows[0].n, 1);
  });

  test('of a person who was removed and added again, the old tokens stay revoked', async () => {
    const ann = await colleague('analyst');
    const { token } = await createToken(at.api, ann, request);
    const { id } = ann.principal;
    await removeMember(at.api, at.context(), { id });
    await addMember(at.api, at.context(), { person: { principal: id }, role: 'analyst' });
    await assert.rejects(authenticate(at.api, token), is('identity.token_invalid'));
  });

  test("the last use is noted in the background, once a minute, and trouble with it is nobody else's", async () => {
    const made = await createToken(at.api, at.context(), request);
    const who = await authenticate(at.api, made.token);
    let writes = 0;
    const warned: unknown[] = [];
    const pending: Promise<unknown>[] = [];
    const database = {
      ...at.api.database,
      withWorkspace: ((workspace, work) => {
        writes += 1;
        const done = at.api.database.withWorkspace(workspace, work);
        pending.push(done);
        return done;
      }) as typeof at.api.database.withWorkspace,
    };
    const note = createUseNotes({ database, log: at.api.log });
    for (let i = 0; i < 100; i++) note(who);
    assert.equal(writes, 1);
    await Promise.all(pending);
    const used = async () =>
      (await listTokens(at.api, at.context())).items.find(({ id }) => id === made.id)?.lastUsedAt;
    const first = await used();
    assert.ok(first && Date.now() - Date.parse(first) < 60_000);
    // Another process knows nothing of this one; the row does.
    createUseNotes({ database, log: at.api.log })(who);
    await Promise.all(pending);
    assert.equal(await used(), first);
    const log = { ...at.api.log, warn: (...given: unknown[]) => warned.push(given) };
    const broken = { ...database, withWorkspace: async () => Promise.reject(new Error('gone')) };
    createUseNotes({ database: broken, log: log as unknown as typeof at.api.log })(who);
    await new Promise(setImmediate);
    assert.equal(warned.length, 1);
  });
});

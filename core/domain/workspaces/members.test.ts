import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { AssayError, type ErrorCode } from '@assay/sdk';
import { type Installation, startInstallation } from '../../testing/installation.ts';
import { type Context, permissionsOf, type Role } from '../access/index.ts';
import { erase } from '../erasures/index.ts';
import { createAuthenticator, findSession, startSession } from '../identity/index.ts';
import { issueToken } from '../identity/issue.ts';
import { rotateKey } from '../keys/index.ts';
import {
  addMember,
  changeRole,
  createService,
  createWorkspace,
  listMembers,
  listWorkspaces,
  removeMember,
  renameWorkspace,
} from './index.ts';

const is = (code: ErrorCode) => (error: unknown) => AssayError.is(error, code);

describe('members and workspaces', () => {
  let at: Installation;
  /** A workspace of a test's own, in which the first administrator is the only one. */
  let workspace: string;
  let admin: Context;
  before(async () => {
    at = await startInstallation();
  });
  after(() => at?.stop());
  beforeEach(async () => {
    ({ id: workspace } = await createWorkspace(at.api, at.context(), { name: `w ${randomUUID()}` }));
    admin = within(at.context());
  });

  /** The same person, as a member of the workspace that is not home. */
  function within(context: Context): Context {
    const { principal } = context;
    return {
      ...context,
      workspace,
      principal: { ...principal, permissions: permissionsOf(principal.role, false) },
    };
  }
  async function person(name = 'ann'): Promise<string> {
    const id = randomUUID();
    await at.owner.query("insert into assay.principal (id, kind, name) values ($1, 'user', $2)", [id, name]);
    return id;
  }
  async function member(role: Exclude<Role, 'system'>): Promise<string> {
    const principal = await person(role);
    await addMember(at.api, admin, { person: { principal }, role });
    return principal;
  }
  const roleOf = async (id: string) =>
    (await listMembers(at.api, admin)).items.find((each) => each.id === id)?.role;
  const records = async (action: string) =>
    (
      await at.owner.query(
        'select detail from assay.audit_record where workspace_id = $1 and action = $2 order by seq',
        [workspace, action],
      )
    ).rows.map(({ detail }) => detail);

  test('somebody who is known is added by id or by login, once, and it is recorded', async () => {
    const principal = await person();
    await at.owner.query("insert into assay.account (principal_id, login, password) values ($1, $2, 'x')", [
      principal,
      `login-${principal}`,
    ]);
    const added = await addMember(at.api, admin, {
      person: { login: `LOGIN-${principal}` },
      role: 'analyst',
    });
    assert.deepEqual(added, {
      id: principal,
      name: 'ann',
      kind: 'user',
      role: 'analyst',
      grantedBy: 'assay',
      disabled: false,
    });
    const again = addMember(at.api, admin, { person: { principal }, role: 'administrator' });
    await assert.rejects(again, is('member.exists'));
    assert.equal(await roleOf(principal), 'analyst');
    assert.deepEqual(await records('member.add'), [{ role: 'analyst' }]);
  });

  test('a stranger, somebody disabled and a service of another workspace are all unknown', async () => {
    const service = await createService(at.api, at.context(), { name: 'ci', role: 'viewer' });
    const disabled = await person();
    await at.owner.query('update assay.principal set disabled_at = now() where id = $1', [disabled]);
    const system = '00000000-0000-4000-8000-000000000000';
    for (const principal of [randomUUID(), service.id, disabled, system])
      await assert.rejects(
        addMember(at.api, admin, { person: { principal }, role: 'viewer' }),
        is('user.not_found'),
      );
    const nobody = addMember(at.api, admin, { person: { login: 'nobody' }, role: 'viewer' });
    await assert.rejects(nobody, is('user.not_found'));
  });

  test('who is removed loses tokens for this workspace and sessions in it, and keeps those elsewhere', async () => {
    const id = await member('analyst');
    await addMember(at.api, at.context(), { person: { principal: id }, role: 'viewer' });
    const expires = new Date(Date.now() + 60_000);
    const [here, there] = await at.api.database.withPeople(null, async (query) => {
      const of = { principal: id, kind: 'api' as const, name: 'x', expires };
      return [
        await issueToken(query, at.api.keys, { ...of, workspace }),
        await issueToken(query, at.api.keys, { ...of, workspace: at.workspace }),
      ];
    });
    const open = (where: string) =>
      at.api.database.withPeople(null, (query) =>
        startSession(at.api, query, {
          principal: { id, slot: null },
          stage: 'open',
          workspace: where,
          method: 'local',
          factors: ['pwd'],
          client: {},
        }),
      );
    const [mine, elsewhere] = [await open(workspace), await open(at.workspace)];
    await removeMember(at.api, admin, { id });
    const authenticate = createAuthenticator(at.api);
    // Only access tokens of the authorization server are made for one place.
    const nowhere = { issuer: '', audience: '' };
    await assert.rejects(authenticate(here ?? '', nowhere), is('identity.token_invalid'));
    assert.equal((await authenticate(there ?? '', nowhere)).principal.id, id);
    assert.equal(await findSession(at.api, mine.text), undefined);
    assert.ok(await findSession(at.api, elsewhere.text));
    await assert.rejects(removeMember(at.api, admin, { id }), is('member.not_found'));
    assert.deepEqual(await records('member.remove'), [{ role: 'analyst', tokens: 1, sessions: 1 }]);
  });

  test('a role that needs a second factor ends the sessions that may be without one', async () => {
    const id = await member('viewer');
    const session = await at.api.database.withPeople(null, (query) =>
      startSession(at.api, query, {
        principal: { id, slot: null },
        stage: 'open',
        workspace,
        method: 'local',
        factors: ['pwd'],
        client: {},
      }),
    );
    const strict = { ...at.api, access: { ...at.api.access, mfaRoles: ['administrator'] } };
    await changeRole(strict, admin, { id, role: 'analyst' });
    assert.ok(await findSession(at.api, session.text));
    await changeRole(strict, admin, { id, role: 'administrator' });
    assert.equal(await findSession(at.api, session.text), undefined);
    assert.deepEqual(await records('member.change_role'), [
      { from: 'viewer', to: 'analyst' },
      { from: 'analyst', to: 'administrator' },
    ]);
  });

  test('the last administrator who can sign in is neither removed nor demoted', async () => {
    const { id } = admin.principal;
    const last = is('workspace.last_administrator');
    await assert.rejects(removeMember(at.api, admin, { id }), last);
    await assert.rejects(changeRole(at.api, admin, { id, role: 'viewer' }), last);
    await createService(at.api, admin, { name: 'bot', role: 'administrator' });
    const other = await member('administrator');
    await at.owner.query('update assay.principal set disabled_at = now() where id = $1', [other]);
    await assert.rejects(removeMember(at.api, admin, { id }), last, 'a service or somebody disabled is none');
    await at.owner.query('update assay.principal set disabled_at = null where id = $1', [other]);
    await removeMember(at.api, admin, { id });
    assert.equal(await roleOf(id), undefined);
  });

  test('last administrator race: of two who leave at once, one stays, ten times of ten', async () => {
    const rounds = 10;
    for (let round = 0; round < rounds; round++) {
      const second = await member('administrator');
      const first = admin.principal.id;
      const outcomes = await Promise.allSettled([
        changeRole(at.api, admin, { id: first, role: 'viewer' }),
        removeMember(at.api, admin, { id: second }),
      ]);
      const refused = outcomes.filter(({ status }) => status === 'rejected');
      assert.equal(refused.length, 1, `round ${round}`);
      assert.ok(is('workspace.last_administrator')((refused[0] as PromiseRejectedResult).reason));
      const { items } = await listMembers(at.api, admin);
      assert.equal(items.filter(({ role }) => role === 'administrator').length, 1);
      await at.owner.query(
        "update assay.membership set role = 'administrator' where workspace_id = $1 and principal_id = $2",
        [workspace, first],
      );
      await at.owner.query('delete from assay.membership where workspace_id = $1 and principal_id = $2', [
        workspace,
        second,
      ]);
    }
  });

  test('privilege escalation by erasure: nobody erases somebody of another workspace out of their own', async () => {
    const boss = await person('boss');
    await addMember(at.api, at.context(), { person: { principal: boss }, role: 'administrator' });
    await addMember(at.api, admin, { person: { principal: boss }, role: 'viewer' });
    const subject = { kind: 'person' as const, id: boss };
    const local = await person('local');
    await addMember(at.api, admin, { person: { principal: local }, role: 'administrator' });
    const asLocal: Context = { ...admin, principal: { ...admin.principal, id: local, slot: null } };
    await assert.rejects(erase(at.api, asLocal, { subject, reason: 'x' }), is('erasure.refused'));
    const stranger = { kind: 'person' as const, id: await person() };
    await assert.rejects(erase(at.api, asLocal, { subject: stranger, reason: 'x' }), is('person.not_found'));
    // The home workspace's administrators may, and then the person is gone from everywhere.
    await erase(at.api, at.context(), { subject, reason: 'asked for' });
    const { rows } = await at.owner.query('select 1 from assay.membership where principal_id = $1', [boss]);
    assert.equal(rows.length, 0);
  });

  test('the last administrator of any workspace is not erased', async () => {
    const only = await person('only');
    await addMember(at.api, at.context(), { person: { principal: only }, role: 'viewer' });
    const given = { name: `theirs ${only}`, administrator: { principal: only } };
    await createWorkspace(at.api, at.context(), given);
    const subject = { kind: 'person' as const, id: only };
    await assert.rejects(
      erase(at.api, at.context(), { subject, reason: 'asked for' }),
      is('workspace.last_administrator'),
    );
  });

  test('privilege escalation by key: the root key is rotated from the home workspace alone', async () => {
    await assert.rejects(rotateKey(at.api, admin, { key: 'root' }), is('access.denied'));
    assert.equal((await rotateKey(at.api, admin, { key: 'workspace' })).state, 'running');
  });

  test('a workspace is made in the home workspace alone, with a name of its own and a person who administers it', async () => {
    await assert.rejects(createWorkspace(at.api, admin, { name: 'x' }), is('access.denied'));
    const ann = await person();
    const name = `research ${ann}`;
    const made = await createWorkspace(at.api, at.context(), { name, administrator: { principal: ann } });
    assert.equal(made.role, undefined, 'whoever made it has no role in it');
    await assert.rejects(createWorkspace(at.api, at.context(), { name }), is('workspace.name_taken'));
    const service: Context = {
      ...at.context(),
      principal: { ...at.context().principal, kind: 'service' },
    };
    await assert.rejects(createWorkspace(at.api, service, { name: 'bots' }), is('request.invalid'));
    const asAnn: Context = { ...at.context(), principal: { ...at.context().principal, id: ann } };
    assert.deepEqual(
      (await listWorkspaces(at.api, asAnn)).items.map((w) => [w.id, w.role, w.home]),
      [[made.id, 'administrator', false]],
    );
    const key = await at.owner.query('select version from assay.workspace_key where workspace_id = $1', [
      made.id,
    ]);
    assert.deepEqual(key.rows, [{ version: 1 }]);
  });

  test('a workspace is renamed by its own administrator, and to no name that is taken', async () => {
    const name = `renamed ${workspace}`;
    assert.equal((await renameWorkspace(at.api, admin, { id: workspace, name })).name, name);
    await assert.rejects(
      renameWorkspace(at.api, admin, { id: workspace, name: 'default' }),
      is('workspace.name_taken'),
    );
    await assert.rejects(
      renameWorkspace(at.api, admin, { id: at.workspace, name: 'mine' }),
      is('workspace.not_found'),
    );
    assert.equal((await records('workspace.rename')).length, 1);
  });
});

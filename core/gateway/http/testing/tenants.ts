import { randomUUID } from 'node:crypto';
import { type Api, callApi } from '../../../../test/api.ts';
import { connect, type Database } from '../../../base/database/index.ts';
import { openKeyring } from '../../../base/encryption/index.ts';
import { allScopes, type GrantedRole, grantedRoles, type Scope } from '../../../domain/access/index.ts';
import { issueToken, startSession } from '../../../domain/identity/index.ts';
import { foundWorkspace } from '../../../domain/workspaces/index.ts';
import { testAccess } from '../../../testing/installation.ts';
import type { Gateway } from './gateway.ts';
import { openWorkerHand } from './worker-hand.ts';

/** Ids of one workspace that requests may be about; or of nothing at all. */
export interface Subjects {
  readonly workspace: string;
  /** Ready. */
  readonly dataset: string;
  /** Not profiled yet, so that nothing that is asked of it can be done. */
  readonly unread: string;
  /** Finished. */
  readonly job: string;
  readonly report: string;
  readonly erasure: string;
  readonly rotation: string;
  /** Number of an audit record in the signed tree. */
  readonly record: string;
  /** Somebody whom Assay knows; the same for all. */
  readonly person: string;
  /** A member that nobody else in the test needs. */
  service(): Promise<string>;
  /** A token of whoever has this role, that nobody else in the test needs. */
  token(role: GrantedRole): Promise<string>;
  /** A session of whoever has this role, that nobody else in the test needs. */
  session(role: GrantedRole): Promise<string>;
  /** Name of a plugin that the workspace is pinned to a version of. */
  pin(): Promise<string>;
  /** Name of a plugin that the workspace grants what it asks for. */
  grant(): Promise<string>;
  /** Somebody with a local account; an OAuth client. Both are of the installation, and of no workspace. */
  user(): Promise<string>;
  client(): Promise<string>;
}

/** A workspace with a member of every role. */
export interface Tenant {
  readonly home: boolean;
  readonly subjects: Subjects;
  /** Makes an API token of the member with this role. */
  tokenOf(role: GrantedRole, scopes?: readonly Scope[]): Promise<string>;
  /** Ids of principals by role. */
  readonly members: Readonly<Record<GrantedRole, string>>;
}

export interface Tenants {
  readonly owner: Database;
  readonly home: Tenant;
  readonly other: Tenant;
  /** Ids that are well-formed and of nothing. */
  readonly nobody: Subjects;
  close(): Promise<void>;
}

const letters = () => randomUUID().replaceAll('-', '').slice(0, 12);

const someName = () => `p${randomUUID().slice(0, 8)}`;

export const nobody: Subjects = {
  workspace: randomUUID(),
  dataset: randomUUID(),
  unread: randomUUID(),
  job: randomUUID(),
  report: randomUUID(),
  erasure: randomUUID(),
  rotation: randomUUID(),
  record: '999999999',
  person: randomUUID(),
  service: async () => randomUUID(),
  token: async () => letters(),
  session: async () => letters(),
  pin: async () => someName(),
  grant: async () => someName(),
  user: async () => randomUUID(),
  client: async () => letters(),
};

async function fill(
  gateway: Gateway,
  api: Api,
): Promise<Omit<Subjects, 'service' | 'token' | 'session' | 'pin' | 'grant' | 'user' | 'client' | 'person'>> {
  const hand = await openWorkerHand(gateway, api);
  const upload = async (name: string) => (await api.upload(name, 'x,y\n1,2\n3,4\n')).id as string;
  const [dataset, unread, erased] = [await upload('a.csv'), await upload('b.csv'), await upload('c.csv')];
  await hand.makeReady(dataset);
  await hand.makeReady(erased);
  const { body: job } = await api.submit('explore/describe', dataset, {});
  const report = await hand.succeed(job.id, { schema: 'assay-report/1' }, '<!doctype html>');
  const subject = { kind: 'dataset', id: erased };
  const { body: erasure } = await api.call('POST', '/v1/erasures', { json: { subject, reason: 'test' } });
  const { body: rotation } = await api.call('POST', '/v1/keys/rotations', { json: { key: 'workspace' } });
  await hand.sequence();
  await hand.close();
  const { body: records } = await api.call('GET', '/v1/audit/records');
  const { body: me } = await api.call('GET', '/v1/me');
  const ids = { dataset, unread, job: job.id, report, erasure: erasure.id, rotation: rotation.id };
  return { ...ids, workspace: me.workspace.id, record: String(records.items[0].seq) };
}

/** Two workspaces over a gateway, the home one and another, each with a member of every role and something of every kind. */
export async function openTenants(gateway: Gateway): Promise<Tenants> {
  const keys = await openKeyring({ file: gateway.keyringFile });
  const onError = (error: Error) => {
    throw error;
  };
  const owner = connect({ url: gateway.ownerUrl, poolSize: 2, applicationName: 'tenants', onError });
  const within = owner.withoutWorkspace;
  const person = randomUUID();
  await within((query) =>
    query.insertInto('assay.principal').values({ id: person, kind: 'user', name: 'known' }).execute(),
  );

  async function addMember(workspace: string, role: GrantedRole, kind: 'user' | 'service'): Promise<string> {
    const id = randomUUID();
    await within(async (query) => {
      await query.insertInto('assay.principal').values({ id, kind, name: role }).execute();
      await query
        .insertInto('assay.membership')
        .values({ workspace_id: workspace, principal_id: id, role })
        .execute();
    });
    return id;
  }

  const addUser = () =>
    within(async (query) => {
      const id = randomUUID();
      await query.insertInto('assay.principal').values({ id, kind: 'user', name: 'user' }).execute();
      await query
        .insertInto('assay.account')
        .values({ principal_id: id, login: id, password: 'none', totp: null })
        .execute();
      return id;
    });

  const addClient = () =>
    within(async (query) => {
      const id = letters();
      await query
        .insertInto('assay.oauth_client')
        .values({ id, kind: 'imported', metadata: '{}', workspace_id: null, principal_id: null, scopes: [] })
        .execute();
      return id;
    });

  async function open(workspace: string, home: boolean): Promise<Tenant> {
    const members = {} as Record<GrantedRole, string>;
    for (const role of grantedRoles) members[role] = await addMember(workspace, role, 'user');
    const tokenOf = (role: GrantedRole, scopes: readonly Scope[] = allScopes) =>
      within((query) => {
        const expires = new Date(Date.now() + 3_600_000);
        const of = { workspace, principal: members[role], kind: 'api' as const, name: role };
        return issueToken(query, keys, { ...of, expires, scopes });
      });
    const filled = await fill(gateway, callApi(gateway.url, await tokenOf('administrator')));
    const subjects: Subjects = {
      ...filled,
      person,
      service: () => addMember(workspace, 'viewer', 'service'),
      token: async (role) => (await tokenOf(role)).split('_')[1] ?? '',
      session: (role) =>
        within(async (query) => {
          const started = await startSession({ keys, access: testAccess }, query, {
            ...{ principal: { id: members[role], slot: null }, stage: 'open', workspace },
            ...{ method: 'local', factors: [], client: {} },
          });
          return started.id;
        }),
      pin: () =>
        within(async (query) => {
          const plugin = someName();
          await query
            .insertInto('assay.plugin_pin')
            .values({ workspace_id: workspace, plugin, version: '1.0.0', principal_id: person })
            .execute();
          return plugin;
        }),
      grant: () =>
        within(async (query) => {
          const plugin = someName();
          await query
            .insertInto('assay.plugin_grant')
            .values({
              ...{ workspace_id: workspace, plugin, version: '1.0.0', principal_id: person },
              granted: JSON.stringify({ memoryMb: 64, seconds: 1, outputMb: 1 }),
            })
            .execute();
          return plugin;
        }),
      user: addUser,
      client: addClient,
    };
    return { home, subjects, tokenOf, members };
  }

  const { body: me } = await gateway.api.call('GET', '/v1/me');
  const id = randomUUID();
  await within((query) => foundWorkspace(query, keys, { id, name: 'other' }));
  const home = await open(me.workspace.id, true);
  return { owner, home, other: await open(id, false), nobody, close: () => owner.close() };
}

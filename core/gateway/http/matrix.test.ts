import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allScopes, type GrantedRole, grantedRoles, type Scope } from '../../domain/access/index.ts';
import type { AnyRoute } from './route.ts';
import { routes } from './routes/index.ts';
import { type AccessTable, type Decision, type Operation, readAccessTable } from './testing/access-table.ts';
import { type Ask, addressOf, examplesOf } from './testing/examples.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';
import { openTenants, type Subjects, type Tenant, type Tenants } from './testing/tenants.ts';
import { shippedPlugins } from './testing/worker-hand.ts';

/** What came back: a status, a code of ours where it is an error, and the whole text with what changes taken out. */
interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
}
type Send = (token: string, subjects: Subjects, role: GrantedRole) => Promise<Answer>;
/** An operation as it can be asked for: how, and whether it is about something. */
interface Way {
  readonly operation: Operation;
  readonly foreign: boolean;
  readonly send: Send;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The number of the request, and the ids that were asked for, are all that may differ between two refusals. */
function without(text: string, ask: Ask): string {
  const numbered = text.replace(/"(requestId|assay\/request)":"[^"]+"/, '"$1":"<request>"');
  const asked = [...Object.values(ask.params ?? {}), ...(JSON.stringify(ask).match(uuid) ?? [])];
  return asked.reduce((rest, id) => rest.replaceAll(id, '<asked>'), numbered);
}

describe('role x operation x workspace, as docs/security/roles.md says', () => {
  let gateway: Gateway;
  let tenants: Tenants;
  let table: AccessTable;
  let ways: Way[];
  let asked = 0;

  const auth = (token: string) => (token ? { authorization: `Bearer ${token}` } : {});

  function overRest(route: AnyRoute, operation: Operation): Way[] {
    return examplesOf(route).map(({ foreign, ask: make }) => ({
      operation,
      foreign,
      async send(token, subjects, role) {
        const ask = await make(subjects, role);
        const { method } = route;
        const type = ask.mediaType ?? 'application/json';
        const body = ask.body ?? (ask.json === undefined ? undefined : JSON.stringify(ask.json));
        const sent = body === undefined ? {} : { body };
        const headers = { ...auth(token), ...(body === undefined ? {} : { 'content-type': type }) };
        const response = await fetch(`${gateway.url}${addressOf(route, ask)}`, { method, headers, ...sent });
        const { status } = response;
        asked += 1;
        // What is allowed may have no end.
        if (status < 400) await response.body?.cancel();
        const text = status < 400 ? '' : await response.text();
        return { status, code: text ? JSON.parse(text).code : undefined, text: without(text, ask) };
      },
    }));
  }

  const called = (name: string, given: object) => ({
    method: 'tools/call',
    params: { name, arguments: given },
  });
  const read = (what: string) => ({ method: 'resources/read', params: { uri: `assay://${what}` } });
  const calls: Readonly<Record<string, { about?: true; request(of: Subjects): object }>> = {
    'tools/list': { request: () => ({ method: 'tools/list', params: {} }) },
    'resources/list': { request: () => ({ method: 'resources/list', params: {} }) },
    'resources/read of a data set': { about: true, request: ({ dataset }) => read(`datasets/${dataset}`) },
    'resources/read of a report': { about: true, request: ({ report }) => read(`reports/${report}`) },
    'resources/read of a tool': { request: () => read('tools/explore/describe') },
    'tools/call list_datasets': {
      request: () => called('list_datasets', {}),
    },
    'tools/call describe_dataset': {
      about: true,
      request: ({ dataset: id }) => called('describe_dataset', { id }),
    },
    'tools/call upload_dataset': { request: () => called('upload_dataset', { name: 'x.csv' }) },
    'tools/call search_tools': {
      request: () => called('search_tools', { question: 'what do the columns look like' }),
    },
    'tools/call describe_tool': { request: () => called('describe_tool', { tool: 'explore/describe' }) },
    'tools/call run_tool': {
      about: true,
      request: ({ unread: data }) => called('run_tool', { tool: 'explore/describe', inputs: { data } }),
    },
    'tools/call get_job': { about: true, request: ({ job: id }) => called('get_job', { id }) },
    'tools/call cancel_job': { about: true, request: ({ job: id }) => called('cancel_job', { id }) },
    'tools/call get_report': { about: true, request: ({ report: id }) => called('get_report', { id }) },
    'tools/call of an installed tool': {
      about: true,
      request: ({ unread: data }) => called('explore.describe', { inputs: { data }, params: {} }),
    },
  };

  /** One request of the older revision, which needs nothing before it. An error of a tool is a result with our code. */
  function overMcp(operation: Operation): Way {
    const call = calls[operation.name];
    assert.ok(call, `${operation.name} has no example`);
    const { about: foreign = false, request } = call;
    return {
      operation,
      foreign,
      async send(token, subjects) {
        const json = request(subjects);
        const response = await fetch(`${gateway.url}/mcp`, {
          method: 'POST',
          headers: {
            ...auth(token),
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            'mcp-protocol-version': '2025-11-25',
          },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...json }),
        });
        asked += 1;
        const text = await response.text();
        if (response.status !== 200)
          return { status: response.status, code: JSON.parse(text).code, text: without(text, { json }) };
        const { result, error } = JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text);
        // What the protocol has an error of its own for says no more than that.
        const lost = error?.data?.uri === undefined ? undefined : 'resource.not_found';
        const code: string | undefined = (result?._meta ?? error?.data)?.['assay/code'] ?? lost;
        assert.equal(Boolean(error ?? result.isError), code !== undefined, text);
        const status = code === undefined ? 200 : code.endsWith('.not_found') ? 404 : 409;
        return { status: code?.startsWith('access.') ? 403 : status, code, text: without(text, { json }) };
      },
    };
  }

  before(async () => {
    gateway = await startGateway({ plugins: await shippedPlugins() });
    [table, tenants] = await Promise.all([readAccessTable(), openTenants(gateway)]);
    const known = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
    ways = table.operations
      .filter((operation) => operation.auth === 'token')
      .flatMap((operation) => {
        if (operation.way === 'MCP') return overMcp(operation);
        const route = known.get(operation.name);
        assert.ok(route, `${operation.name} is in the table, but no route`);
        return overRest(route, operation);
      });
  });
  after(async () => {
    await tenants?.close();
    await gateway?.stop();
  });

  const nameOf = ({ operation }: Way, tenant: Tenant, role: GrantedRole) =>
    `${operation.way} ${operation.name} as ${role} in the ${tenant.home ? 'home' : 'other'} workspace`;

  function check(name: string, answer: Answer, decision: Decision): void {
    if (decision === 'allowed') {
      assert.ok(![401, 403].includes(answer.status), `${name}: ${answer.status} ${answer.text}`);
      assert.ok(answer.status < 500, `${name}: ${answer.status} ${answer.text}`);
    } else assert.deepEqual([answer.status, answer.code], [403, decision], `${name}: ${answer.text}`);
  }

  test('every route is in the table, with what it asks for', () => {
    const rest = table.operations.filter(({ way }) => way === 'REST');
    assert.deepEqual(
      rest.map(({ name, auth: door, needs }) => [name, door, needs.map(({ permission }) => permission)]),
      routes.map((r) => [`${r.method} ${r.path}`, r.auth, r.permission ? [r.permission] : []]),
    );
    assert.equal(table.operations.filter(({ way }) => way === 'MCP').length, Object.keys(calls).length);
  });

  test('nobody at all gets in without a token', async () => {
    for (const way of ways) {
      const { status } = await way.send('', tenants.home.subjects, 'administrator');
      assert.equal(status, 401, way.operation.name);
    }
  });

  async function walk(tenant: Tenant, foreign: Tenant, role: GrantedRole): Promise<void> {
    const token = await tenant.tokenOf(role);
    for (const way of ways) {
      const name = nameOf(way, tenant, role);
      const decision = table.decide({ role, home: tenant.home, scopes: allScopes }, way.operation);
      const own = await way.send(token, tenant.subjects, role);
      check(name, own, decision);
      if (decision === 'allowed') assert.notEqual(own.status, 404, `${name}: ${own.text}`);
      if (!way.foreign) continue;
      const theirs = await way.send(token, foreign.subjects, role);
      const unknown = await way.send(token, tenants.nobody, role);
      check(`${name}, of another workspace`, theirs, decision);
      assert.deepEqual(theirs, unknown, `${name}: of another workspace is not as of nothing`);
      if (decision === 'allowed') assert.equal(theirs.status, 404, `${name}: ${theirs.text}`);
      else assert.deepEqual(own, theirs, `${name}: what is refused tells that it is there`);
    }
  }

  for (const role of grantedRoles)
    test(`${role}: own, foreign and unknown ids, in both workspaces`, async () => {
      await walk(tenants.home, tenants.other, role);
      await walk(tenants.other, tenants.home, role);
    });

  test('a token with one scope opens what is in that scope and nothing else', async () => {
    const tokens: readonly (readonly Scope[])[] = [[], ...allScopes.map((scope) => [scope])];
    for (const role of ['administrator', 'viewer'] as const)
      for (const scopes of tokens) {
        const token = await tenants.home.tokenOf(role, scopes);
        for (const way of ways) {
          const answer = await way.send(token, tenants.home.subjects, role);
          const name = `${nameOf(way, tenants.home, role)} with the scopes [${scopes}]`;
          check(name, answer, table.decide({ role, home: true, scopes }, way.operation));
        }
      }
  });

  test('IDOR: what is of the other workspace was never touched', async (t) => {
    const { owner, other, home } = tenants;
    for (const { subjects } of [home, other]) {
      const { workspace, dataset, unread } = subjects;
      const [token, service] = [await subjects.token('viewer'), await subjects.service()];
      const attacker = await (subjects === home.subjects ? other : home).tokenOf('administrator');
      const call = (method: string, path: string, body?: object) =>
        fetch(`${gateway.url}${path}`, {
          method,
          headers: { ...auth(attacker), ...(body ? { 'content-type': 'application/json' } : {}) },
          ...(body ? { body: JSON.stringify(body) } : {}),
        }).then(({ status }) => status);
      const erase = (kind: string, id: string) =>
        call('POST', '/v1/erasures', { subject: { kind, id }, reason: 'test' });
      assert.equal(await call('DELETE', `/v1/tokens/${token}`), 404);
      assert.equal(await call('DELETE', `/v1/members/${service}`), 404);
      assert.equal(await call('POST', `/v1/members/${service}`, { role: 'administrator' }), 404);
      assert.equal(await call('POST', `/v1/workspaces/${workspace}`, { name: 'mine' }), 404);
      assert.equal(await erase('dataset', dataset), 404);
      assert.equal(await erase('person', service), 404);
      const forService = { name: 'x', scopes: ['admin'], days: 1, service };
      assert.equal(await call('POST', '/v1/tokens', forService), 404);
      await owner.withoutWorkspace(async (query) => {
        const kept = await query
          .selectFrom('assay.membership as m')
          .innerJoin('assay.token as t', 't.workspace_id', 'm.workspace_id')
          .innerJoin('assay.workspace as w', 'w.id', 'm.workspace_id')
          .select(['m.role', 't.revoked_at', 'w.name'])
          .where('m.principal_id', '=', service)
          .where('t.id', '=', token)
          .executeTakeFirstOrThrow();
        assert.deepEqual([kept.role, kept.revoked_at], ['viewer', null]);
        assert.notEqual(kept.name, 'mine');
        const states = await query
          .selectFrom('assay.dataset')
          .select('state')
          .where('id', 'in', [dataset, unread])
          .orderBy('state')
          .execute();
        assert.deepEqual(
          states.map(({ state }) => state),
          ['ready', 'received'],
        );
      });
    }
    t.diagnostic(`${asked} requests were decided as the table says`);
  });
});

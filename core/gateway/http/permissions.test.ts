import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { AssayError } from '@assay/sdk';
import { createLogger } from '../../base/telemetry/index.ts';
import { allScopes, type Context, type Permission } from '../../domain/access/index.ts';
import type { Deps } from '../../domain/deps.ts';
import type { AnyRoute, Call } from './route.ts';
import { routes } from './routes/index.ts';
import { examplesOf } from './testing/examples.ts';
import { nobody } from './testing/tenants.ts';

/** Somebody who may do nothing, and who notes what was asked for. */
function stranger(): { context: Context; asked: Permission[] } {
  const asked: Permission[] = [];
  const permissions = new Set<Permission>();
  permissions.has = (permission) => {
    asked.push(permission);
    return false;
  };
  return {
    asked,
    context: {
      principal: { id: randomUUID(), kind: 'user', name: 'x', slot: null, role: 'viewer', permissions },
      scopes: new Set(allScopes),
      workspace: randomUUID(),
      requestId: randomUUID(),
      client: {},
      signal: new AbortController().signal,
      log: createLogger({ level: 'silent', role: 'test' }),
    },
  };
}

/** Nothing of the appliance may be touched before the permission was asked for. */
const untouched = new Proxy({} as Deps, {
  get(_, name) {
    throw new TypeError(`deps.${String(name)} was touched`);
  },
});

async function call(route: AnyRoute, context: Context): Promise<unknown> {
  const [example] = examplesOf(route);
  const { params = {}, query = {}, json } = (await example?.ask(nobody, 'viewer')) ?? {};
  const given = { deps: untouched, context, params, query, payload: json, headers: {}, upload: {} };
  return route.handler(given as unknown as Call);
}

test('every route with a permission asks for exactly it, before it touches anything', async (t) => {
  const guarded = routes.filter(({ permission }) => permission !== null);
  for (const route of guarded) {
    const { context, asked } = stranger();
    await assert.rejects(
      call(route, context),
      (error) => {
        assert.ok(AssayError.is(error, 'access.denied'), `${route.id}: ${error}`);
        return true;
      },
      route.id,
    );
    assert.deepEqual(asked, [route.permission], route.id);
    assert.equal(route.auth, 'token', route.id);
  }
  t.diagnostic(`${guarded.length} routes`);
});

test('only what everybody may know of themselves goes without a permission', () => {
  const free = routes.filter(({ auth, permission }) => auth === 'token' && permission === null);
  assert.deepEqual(
    free.map(({ id }) => id),
    ['getMe', 'listRoles', 'listWorkspaces', 'listSessions', 'endSession'],
  );
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { errorCodes } from '@assay/sdk';
import { permissions } from '../../domain/access/index.ts';
import { generateOpenapi } from './index.ts';
import { routes } from './routes/index.ts';

const open = [
  'GET /health',
  'GET /openapi.json',
  'GET /server.json',
  'POST /v1/sign-in',
  'POST /v1/uploads/{secret}',
];
/** Pages and their forms, which go by the session of the browser and a token in the form. */
const page = /^(GET|POST) \/(sign-in|sign-out|account)(\/|$)/;

test('every route says everything about itself', () => {
  const members = [
    'method',
    'path',
    'id',
    'summary',
    'auth',
    'permission',
    'maxBytes',
    'timeout',
    'params',
    'missing',
    'query',
    'headers',
    'payload',
    'responses',
    'handler',
  ];
  for (const route of routes) {
    const name = `${route.method} ${route.path}`;
    assert.deepEqual(
      members.filter((member) => !Object.hasOwn(route, member)),
      [],
      name,
    );
    assert.equal(route.auth === 'none', open.includes(name) || page.test(name), `${name}: who may come in`);
    if (route.permission !== null) assert.ok(permissions.includes(route.permission), name);
    assert.equal(route.payload.kind === 'none', route.method !== 'POST', `${name}: a body`);
    assert.equal(route.maxBytes === 0, route.payload.kind === 'none', `${name}: the size of its body`);
    const named = [...route.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
    assert.deepEqual(Object.keys(route.params?.properties ?? {}).sort(), named, name);
    if (named.length > 0) assert.ok(route.missing && errorCodes[route.missing[0]].status === 404, name);
    assert.ok(Object.keys(route.responses).length > 0, name);
    assert.doesNotMatch(route.summary, /\.$/, name);
  }
  assert.equal(new Set(routes.map((r) => r.id)).size, routes.length, 'every id is used once');
  assert.equal(new Set(routes.map((r) => `${r.method} ${r.path}`)).size, routes.length);
});

test('docs/reference/openapi.json is what the routes say', async () => {
  const file = new URL('../../../docs/reference/openapi.json', import.meta.url);
  const committed = await readFile(file, 'utf8');
  assert.ok(
    committed === generateOpenapi(),
    'docs/reference/openapi.json is stale; write it again with "npm run generate"',
  );
});

test('the OpenAPI document is whole: every reference leads somewhere, every component is used', () => {
  const text = generateOpenapi();
  const document = JSON.parse(text);
  const names = Object.keys(document.components.schemas);
  const used = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((m) => m[1] ?? ''));
  assert.deepEqual([...used].sort(), names.sort());
  assert.doesNotMatch(text, /urn:assay:schema|patternProperties|"\$id"/);
});

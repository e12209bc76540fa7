import { randomUUID } from 'node:crypto';
import type { GrantedRole } from '../../../domain/access/index.ts';
import type { AnyRoute } from '../route.ts';
import type { Subjects } from './tenants.ts';

/** A valid request, as far as it is not said by the route itself. */
export interface Ask {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string;
  readonly mediaType?: string;
}

export interface Example {
  /** True where ids of the workspace are in it: then those of another one, and unknown ones, are tried too. */
  readonly foreign: boolean;
  ask(subjects: Subjects, role: GrantedRole): Ask | Promise<Ask>;
}

/** A request without ids of the workspace. */
const plain = (ask: Ask | ((subjects: Subjects) => Ask)): Example => ({
  foreign: false,
  ask: typeof ask === 'function' ? ask : () => ask,
});
/** A request that is made anew each time, about something of the installation. */
const each = (ask: Example['ask']): Example => ({ foreign: false, ask });
const documentOf = (name: string) => ({
  client_id: `https://ide.example/${name}`,
  client_name: 'IDE',
  redirect_uris: ['http://127.0.0.1/callback'],
});
/** A request about something of the workspace. */
const about = (ask: Example['ask']): Example => ({ foreign: true, ask });

/**
 * A valid request for every route, by method and path; routes that need nothing at all have none. Where a thing can be
 * done only once, the example is about something that refuses it for another reason than who asks (409, 422), or that is
 * made anew each time.
 */
const examples: Readonly<Record<string, readonly Example[]>> = {
  'POST /v1/tokens': [plain({ json: { name: 'test', scopes: ['admin'], days: 1 } })],
  'DELETE /v1/tokens/{id}': [about(async (of, role) => ({ params: { id: await of.token(role) } }))],
  'POST /v1/members': [plain((of) => ({ json: { person: { principal: of.person }, role: 'viewer' } }))],
  'POST /v1/members/{id}': [
    about(async (of) => ({ params: { id: await of.service() }, json: { role: 'analyst' } })),
  ],
  'DELETE /v1/members/{id}': [about(async (of) => ({ params: { id: await of.service() } }))],
  'POST /v1/services': [plain({ json: { name: 'nightly', role: 'analyst' } })],
  'POST /v1/workspaces': [each(() => ({ json: { name: randomUUID() } }))],
  'POST /v1/workspaces/{id}': [
    about(({ workspace }) => ({ params: { id: workspace }, json: { name: `renamed ${workspace}` } })),
  ],
  'DELETE /v1/sessions/{id}': [about(async (of, role) => ({ params: { id: await of.session(role) } }))],
  'POST /v1/users': [each(() => ({ json: { login: randomUUID(), name: 'x' } }))],
  'POST /v1/users/{id}': [
    each(async (of) => ({ params: { id: await of.user() }, json: { disabled: true } })),
  ],
  'POST /v1/users/{id}/reset-password': [each(async (of) => ({ params: { id: await of.user() }, json: {} }))],
  'POST /v1/clients': [
    plain({ json: { name: 'x', role: 'viewer', scopes: ['tools:read'], jwks: { keys: [{ kty: 'EC' }] } } }),
  ],
  'POST /v1/clients/imports': [each(() => ({ json: { document: documentOf(randomUUID()) } }))],
  'DELETE /v1/clients/{id}': [each(async (of) => ({ params: { id: await of.client() } }))],
  'POST /v1/workspaces/{id}/quotas': [
    each(({ workspace }) => ({ params: { id: workspace }, json: { resource: 'jobs', limit: 1000 } })),
  ],
  // What nobody installed and nobody signed: who may ask is told so.
  'POST /v1/plugins': [plain({ json: { package: 'AAAA', signatures: [] } })],
  'POST /v1/plugins/{plugin}/{version}': [
    plain({ params: { plugin: 'explore', version: '1.0.0' }, json: { deprecated: 'test' } }),
  ],
  'DELETE /v1/plugins/{plugin}/{version}': [plain({ params: { plugin: 'explore', version: '1.0.0' } })],
  'GET /v1/plugins/{plugin}/{version}/package': [plain({ params: { plugin: 'explore', version: '1.0.0' } })],
  'GET /v1/plugins/{plugin}/{version}/changes': [
    plain({ params: { plugin: 'explore', version: '1.0.0' }, query: { from: '1.0.0' } }),
  ],
  'POST /v1/grants/{plugin}': [plain({ params: { plugin: 'explore' }, json: { version: '1.0.0' } })],
  'DELETE /v1/grants/{plugin}': [about(async (of) => ({ params: { plugin: await of.grant() } }))],
  'POST /v1/pins/{plugin}': [plain({ params: { plugin: 'explore' }, json: { version: '^1' } })],
  'DELETE /v1/pins/{plugin}': [about(async (of) => ({ params: { plugin: await of.pin() } }))],
  'POST /v1/plugins/revocations': [plain({ json: { list: '{}' } })],
  'POST /v1/uploads': [plain({ json: { name: 'x.csv' } })],
  'POST /v1/datasets': [plain({ query: { name: 'x.csv' }, body: 'a\n1\n', mediaType: 'text/csv' })],
  'GET /v1/datasets': [plain({}), about(({ dataset }) => ({ query: { after: dataset } }))],
  'GET /v1/datasets/{id}': [about(({ dataset: id }) => ({ params: { id } }))],
  'GET /v1/datasets/{id}/lineage': [about(({ dataset: id }) => ({ params: { id } }))],
  'GET /v1/datasets/{id}/content': [
    about(({ dataset: id }) => ({ params: { id }, query: { form: 'original' } })),
    about(({ dataset: id }) => ({ params: { id }, query: { form: 'parquet' } })),
  ],
  'GET /v1/tools': [plain({}), plain({ query: { q: 'what do the columns look like' } })],
  'GET /v1/tools/{plugin}/{tool}': [plain({ params: { plugin: 'explore', tool: 'describe' } })],
  'POST /v1/jobs': [
    about(({ unread }) => ({ json: { tool: 'explore/describe', inputs: { data: unread }, params: {} } })),
  ],
  'GET /v1/jobs': [plain({}), about(({ job }) => ({ query: { after: job } }))],
  'GET /v1/jobs/{id}': [about(({ job: id }) => ({ params: { id } }))],
  'GET /v1/jobs/{id}/events': [about(({ job: id }) => ({ params: { id } }))],
  'DELETE /v1/jobs/{id}': [about(({ job: id }) => ({ params: { id } }))],
  'GET /v1/reports/{id}': [about(({ report: id }) => ({ params: { id } }))],
  'GET /v1/reports/{id}.html': [about(({ report: id }) => ({ params: { id } }))],
  'POST /v1/erasures': [
    about(({ unread: id }) => ({ json: { subject: { kind: 'dataset', id }, reason: 'test' } })),
  ],
  'GET /v1/erasures/{id}': [about(({ erasure: id }) => ({ params: { id } }))],
  'GET /v1/audit/records': [plain({})],
  'GET /v1/audit/records/{seq}/proof': [about(({ record: seq }) => ({ params: { seq } }))],
  'POST /v1/keys/rotations': [plain({ json: { key: 'workspace' } })],
  'GET /v1/keys/rotations/{id}': [about(({ rotation: id }) => ({ params: { id } }))],
};

/** @throws TypeError where a route needs something and has no example here */
export function examplesOf(route: AnyRoute): readonly Example[] {
  const name = `${route.method} ${route.path}`;
  const given = examples[name];
  if (given) return given;
  if (!route.params && route.payload.kind === 'none' && (route.query?.required ?? []).length === 0)
    return [plain({})];
  throw new TypeError(
    `${name} has no example: put a valid request into core/gateway/http/testing/examples.ts`,
  );
}

/** The address of a route, filled in. */
export function addressOf(route: AnyRoute, { params, query }: Ask): string {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params?.[name] ?? ''),
  );
  const asked = new URLSearchParams(query).toString();
  return asked ? `${path}?${asked}` : path;
}

import { randomUUID } from 'node:crypto';
import { AssayError, type Issue } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { type Context, type GrantedRole, isScope, requirePermission, type Scope } from '../access/index.ts';
import { recordAudit, systemActor } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { homeWorkspace } from './arrive.ts';

export interface ClientView {
  readonly id: string;
  readonly kind: 'imported' | 'registered' | 'dynamic';
  readonly name: string;
  readonly redirectUris: readonly string[];
  /** Of a client that acts for itself: the workspace, and what it may do there at most. */
  readonly workspace?: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
}

/** A client as the authorization server needs it. */
export interface KnownClient {
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Of a client that acts for itself: who it is, where, and what it may ask for. */
  readonly service?: {
    readonly workspace: string;
    readonly principal: string;
    readonly scopes: readonly Scope[];
  };
}

type ClientDeps = Pick<Deps, 'database' | 'keys'>;

function invalid(pointer: string, detail: string): AssayError {
  const issues: Issue[] = [{ pointer, code: 'CLIENT_METADATA', detail }];
  return new AssayError('client.metadata_invalid', `${pointer}: ${detail}`, { issues });
}

/** Loopback by name or address over plain HTTP (RFC 8252), anything else over TLS, or an app's own scheme. */
function checkRedirect(text: unknown, index: number): string {
  const pointer = `/redirect_uris/${index}`;
  const url = typeof text === 'string' ? URL.parse(text) : null;
  if (!url || typeof text !== 'string') throw invalid(pointer, 'must be an absolute URI');
  if (url.hash) throw invalid(pointer, 'must have no fragment');
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  const ownScheme = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback) || ownScheme) return text;
  throw invalid(
    pointer,
    'must be https, http on this machine (127.0.0.1), or a reverse-domain scheme of an app',
  );
}

/** A client ID metadata document (draft-ietf-oauth-client-id-metadata-document) as it is stored. */
function checkDocument(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { client_id: id, client_name: name, redirect_uris: uris } = document;
  const url = typeof id === 'string' ? URL.parse(id) : null;
  if (url?.protocol !== 'https:' || url.pathname === '/' || url.hash || url.username || url.href !== id)
    throw invalid('/client_id', 'must be the https address of the document, with a path');
  if (typeof name !== 'string' || name.length === 0 || name.length > 120)
    throw invalid('/client_name', 'must be a text of 1 to 120 characters');
  if (!Array.isArray(uris) || uris.length === 0 || uris.length > 20)
    throw invalid('/redirect_uris', 'must be a list of 1 to 20 addresses');
  if ('client_secret' in document) throw invalid('/client_secret', 'a public document holds no secret');
  const method = document.token_endpoint_auth_method ?? 'none';
  if (method !== 'none')
    throw invalid('/token_endpoint_auth_method', 'must be none: such a client is public');
  const grants = document.grant_types ?? ['authorization_code', 'refresh_token'];
  const known = ['authorization_code', 'refresh_token'];
  if (!Array.isArray(grants) || !grants.every((grant) => known.includes(grant)))
    throw invalid('/grant_types', `may be ${known.join(', ')}`);
  return {
    client_id: id,
    client_name: name,
    redirect_uris: uris.map(checkRedirect),
    token_endpoint_auth_method: 'none',
    grant_types: grants,
    response_types: ['code'],
    application_type: 'native',
  };
}

async function insert(
  query: Query,
  row: {
    id: string;
    kind: ClientView['kind'];
    metadata: object;
    scopes: readonly string[];
    workspace_id?: string;
    principal_id?: string;
  },
): Promise<void> {
  const made = await query
    .insertInto('assay.oauth_client')
    .values({
      workspace_id: null,
      principal_id: null,
      ...row,
      metadata: JSON.stringify(row.metadata),
      scopes: [...row.scopes],
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made)
    throw new AssayError('client.metadata_invalid', 'There is a client of this id; remove it first.');
}

/** Imports a client ID metadata document, for networks from which it cannot be fetched. */
export async function importClient(
  deps: ClientDeps,
  context: Context,
  request: { readonly document: Readonly<Record<string, unknown>> },
): Promise<ClientView> {
  requirePermission(context, 'clients:write');
  const metadata = checkDocument(request.document);
  const id = String(metadata.client_id);
  return deps.database.withPeople(context.workspace, async (query) => {
    await insert(query, { id, kind: 'imported', metadata, scopes: [] });
    await recordAudit(deps, query, context, {
      action: 'client.import',
      subject: { kind: 'client', id },
      outcome: 'succeeded',
    });
    return requireClient(query, id);
  });
}

/**
 * Registers a program that acts for itself (client credentials): a service principal with a role in this workspace, which
 * proves itself with a key of its own (`private_key_jwt`), never with a secret.
 */
export async function registerClient(
  deps: ClientDeps,
  context: Context,
  request: {
    readonly name: string;
    readonly role: GrantedRole;
    readonly scopes: readonly Scope[];
    readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  },
): Promise<ClientView> {
  requirePermission(context, 'clients:write');
  for (const [index, key] of request.jwks.keys.entries())
    if ('d' in key || 'k' in key || 'p' in key)
      throw invalid(`/jwks/keys/${index}`, 'is a private key; send the public half alone');
  const [id, principal] = [`service-${randomUUID()}`, randomUUID()];
  const { workspace } = context;
  return deps.database.withPeople(workspace, async (query) => {
    await query
      .insertInto('assay.principal')
      .values({ id: principal, kind: 'service', name: request.name })
      .execute();
    await query
      .insertInto('assay.membership')
      .values({ workspace_id: workspace, principal_id: principal, role: request.role })
      .execute();
    const metadata = {
      client_id: id,
      client_name: request.name,
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: request.jwks,
    };
    const ids = { id, workspace_id: workspace, principal_id: principal };
    await insert(query, { ...ids, kind: 'registered', metadata, scopes: request.scopes });
    await recordAudit(deps, query, context, {
      action: 'client.register',
      subject: { kind: 'client', id },
      outcome: 'succeeded',
      detail: { principal, role: request.role, scopes: request.scopes.join(' ') },
    });
    return requireClient(query, id);
  });
}

/** A client that registered itself, where the operator lets clients do so; recorded in the home workspace. */
export async function recordRegistration(
  deps: ClientDeps,
  id: string,
  metadata: Readonly<Record<string, unknown>>,
): Promise<void> {
  const home = await homeWorkspace(deps);
  await deps.database.withPeople(home, async (query) => {
    await insert(query, { id, kind: 'dynamic', metadata, scopes: [] });
    await recordAudit(deps, query, systemActor(home, randomUUID()), {
      action: 'client.register',
      subject: { kind: 'client', id },
      outcome: 'succeeded',
      detail: { kind: 'dynamic' },
    });
  });
}

async function requireClient(query: Query, id: string): Promise<ClientView> {
  const row = await query
    .selectFrom('assay.oauth_client')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new AssayError('client.not_found', `There is no client ${id.slice(0, 100)}.`);
  const metadata = row.metadata as { client_name?: string; redirect_uris?: string[] };
  return {
    id: row.id,
    kind: row.kind,
    name: metadata.client_name ?? row.id,
    redirectUris: metadata.redirect_uris ?? [],
    ...(row.workspace_id ? { workspace: row.workspace_id } : {}),
    scopes: row.scopes.filter(isScope),
    createdAt: row.created_at.toISOString(),
  };
}

export async function listClients(deps: ClientDeps, context: Context): Promise<ClientView[]> {
  requirePermission(context, 'clients:read');
  return deps.database.withPeople(context.workspace, async (query) => {
    const rows = await query.selectFrom('assay.oauth_client').select('id').orderBy('created_at').execute();
    return Promise.all(rows.map(({ id }) => requireClient(query, id)));
  });
}

/** @throws AssayError `client.not_found` */
export async function removeClient(
  deps: ClientDeps,
  context: Context,
  request: { readonly id: string },
): Promise<void> {
  requirePermission(context, 'clients:write');
  await deps.database.withPeople(context.workspace, async (query) => {
    const client = await requireClient(query, request.id);
    const service = await query
      .deleteFrom('assay.oauth_client')
      .where('id', '=', client.id)
      .returning('principal_id')
      .executeTakeFirstOrThrow();
    if (service.principal_id)
      await query.deleteFrom('assay.membership').where('principal_id', '=', service.principal_id).execute();
    await recordAudit(deps, query, context, {
      action: 'client.remove',
      subject: { kind: 'client', id: client.id },
      outcome: 'succeeded',
    });
  });
}

/** For the authorization server itself; undefined for a client that nobody registered or imported. */
export async function findClient(deps: ClientDeps, id: string): Promise<KnownClient | undefined> {
  return deps.database.withPeople(null, async (query) => {
    const row = await query
      .selectFrom('assay.oauth_client')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) return undefined;
    return {
      metadata: row.metadata as Record<string, unknown>,
      ...(row.workspace_id && row.principal_id
        ? {
            service: {
              workspace: row.workspace_id,
              principal: row.principal_id,
              scopes: row.scopes.filter(isScope),
            },
          }
        : {}),
    };
  });
}

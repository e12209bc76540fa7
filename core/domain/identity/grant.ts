import { AssayError } from '@assay/sdk';
import type { Scope } from '../access/index.ts';
import { type Client, recordAudit, systemActor } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { homeWorkspace } from './arrive.ts';
import { findMember } from './authenticate.ts';
import type { Session } from './session.ts';

export interface OwnWorkspace {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** The workspaces that somebody is a member of, by name. */
export async function workspacesOf(deps: Pick<Deps, 'database'>, principal: string): Promise<OwnWorkspace[]> {
  return deps.database.withPeople(null, (query) =>
    query
      .selectFrom('assay.membership as m')
      .innerJoin('assay.workspace as w', 'w.id', 'm.workspace_id')
      .select(['w.id', 'w.name', 'm.role'])
      .where('m.principal_id', '=', principal)
      .orderBy('w.name')
      .execute(),
  );
}

/** A program that acts for itself was given access; recorded in its workspace before the token is made. */
export async function recordServiceGrant(
  deps: Pick<Deps, 'database' | 'keys'>,
  grant: {
    readonly principal: string;
    readonly workspace: string;
    readonly client: string;
    readonly scope: string;
    readonly requestId: string;
  },
): Promise<void> {
  const member = await findMember(deps, grant.workspace, grant.principal);
  if (!member) throw new AssayError('client.not_found', 'The client is a member of its workspace no more.');
  const client = { id: `oauth:${grant.client}` };
  const actor = { workspace: grant.workspace, principal: member, requestId: grant.requestId, client };
  await deps.database.withWorkspace(grant.workspace, (query) =>
    recordAudit(deps, query, actor, {
      action: 'grant.use',
      subject: { kind: 'client', id: grant.client },
      outcome: 'succeeded',
      detail: { scope: grant.scope },
    }),
  );
}

/** A grant was ended: by its client, or because a code or a refresh token of it was used twice, which may be a theft. */
export async function recordGrantEnd(
  deps: Pick<Deps, 'database' | 'keys'>,
  end: { readonly client: string; readonly reason: 'revoked' | 'reused'; readonly requestId: string },
): Promise<void> {
  const home = await homeWorkspace(deps);
  await deps.database.withWorkspace(home, (query) =>
    recordAudit(deps, query, systemActor(home, end.requestId), {
      action: 'grant.end',
      subject: { kind: 'client', id: end.client },
      outcome: end.reason === 'reused' ? 'refused' : 'succeeded',
      detail: { reason: end.reason },
    }),
  );
}

/**
 * Somebody lets a client act for them in one workspace; recorded there.
 * @throws AssayError `workspace.not_found` for one that they are no member of
 */
export async function recordConsent(
  deps: Pick<Deps, 'database' | 'keys'>,
  consent: {
    readonly session: Session;
    readonly workspace: string;
    readonly client: string;
    readonly scopes: readonly Scope[];
    readonly resource: string;
    readonly requestId: string;
    readonly from: Client;
  },
): Promise<void> {
  const member = await findMember(deps, consent.workspace, consent.session.principal);
  if (!member) throw new AssayError('workspace.not_found', 'You are a member of no such workspace.');
  const client = { ...consent.from, id: `session:${consent.session.id}` };
  const actor = { workspace: consent.workspace, principal: member, requestId: consent.requestId, client };
  await deps.database.withWorkspace(consent.workspace, (query) =>
    recordAudit(deps, query, actor, {
      action: 'grant.create',
      subject: { kind: 'client', id: consent.client },
      outcome: 'succeeded',
      detail: { scopes: consent.scopes.join(' '), resource: consent.resource },
    }),
  );
}

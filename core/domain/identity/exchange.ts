import { AssayError } from '@assay/sdk';
import { allScopes } from '../access/index.ts';
import { type Client, recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { findToken } from './authenticate.ts';
import { makeSecret } from './token.ts';

export interface SignedIn {
  /** An API token, shown this once. */
  readonly token: string;
  readonly principal: { readonly id: string; readonly name: string; readonly role: string };
  readonly workspace: { readonly id: string; readonly name: string };
}

const apiTokenDays = 90;

/**
 * Turns the one-time token that `npm start` printed into an API token of the first administrator.
 * @throws AssayError `identity.start_token_invalid` also for one that was used
 */
export async function exchangeStartToken(
  deps: Pick<Deps, 'database' | 'keys'>,
  request: { readonly token: string; readonly requestId: string; readonly client: Client },
): Promise<SignedIn> {
  const invalid = () =>
    new AssayError(
      'identity.start_token_invalid',
      'The sign-in token is unknown, expired or was already used; restart Assay to get another.',
    );
  const start = await findToken(deps, request.token, 'start');
  if (!start) throw invalid();
  const workspaceId = start.workspace_id;
  return deps.database.withWorkspace(workspaceId, async (query) => {
    const used = await query
      .updateTable('assay.token')
      .set({ used_at: new Date() })
      .where('mac', '=', start.mac)
      .where('used_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (!used) throw invalid();
    const token = makeSecret(deps.keys, 'token');
    await query
      .insertInto('assay.token')
      .values({
        id: token.id,
        workspace_id: workspaceId,
        principal_id: start.principal_id,
        kind: 'api',
        name: 'signed in with the start token',
        mac: token.mac,
        scopes: allScopes,
        expires_at: new Date(Date.now() + apiTokenDays * 86_400_000),
      })
      .execute();
    const who = await query
      .selectFrom('assay.membership as m')
      .innerJoin('assay.principal as p', 'p.id', 'm.principal_id')
      .innerJoin('assay.workspace as w', 'w.id', 'm.workspace_id')
      .select(['p.id', 'p.name', 'p.key_slot', 'm.role', 'w.name as workspace'])
      .where('p.id', '=', start.principal_id)
      .executeTakeFirstOrThrow();
    const principal = {
      id: who.id,
      name: who.name,
      slot: who.key_slot === null ? null : Number(who.key_slot),
    };
    const actor = { workspace: workspaceId, principal, requestId: request.requestId, client: request.client };
    await recordAudit(deps, query, actor, {
      action: 'token.exchange',
      subject: { kind: 'token', id: token.id },
      outcome: 'succeeded',
      detail: { startToken: used.id },
    });
    return {
      token: token.text,
      principal: { id: who.id, name: who.name, role: who.role },
      workspace: { id: workspaceId, name: who.workspace },
    };
  });
}

import { AssayError } from '@assay/sdk';
import { type Context, requirePermission, type Scope } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { type Authenticated, findMember, findToken } from './authenticate.ts';
import { makeSecret, secretId } from './token.ts';

const minutes = 10;
/** All that a data set needs to be received. */
const scopes: readonly Scope[] = ['jobs:submit'];

export interface UploadAddress {
  /** Its last part, shown this once. */
  readonly secret: string;
  readonly expiresAt: string;
}

/**
 * Makes an address that takes one data set for the caller, for somebody who must not have the caller's token: a model, a script,
 * a form. It ends with the first upload, whatever becomes of that, or after ten minutes.
 */
export async function createUploadAddress(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  request: { readonly name: string },
): Promise<UploadAddress> {
  requirePermission(context, 'datasets:create');
  const secret = makeSecret(deps.keys, 'token');
  const expires = new Date(Date.now() + minutes * 60_000);
  await deps.database.withWorkspace(context.workspace, async (query) => {
    await query
      .insertInto('assay.token')
      .values({
        ...{ id: secret.id, workspace_id: context.workspace, principal_id: context.principal.id },
        ...{ kind: 'upload', name: request.name, mac: secret.mac, scopes: [...scopes], expires_at: expires },
      })
      .execute();
    await recordAudit(deps, query, context, {
      action: 'upload.offer',
      subject: { kind: 'token', id: secret.id },
      outcome: 'succeeded',
      detail: { minutes },
    });
  });
  return { secret: secret.text, expiresAt: expires.toISOString() };
}

/**
 * Whoever an address was made for and what the data set is called, once: it is used from then on.
 * @throws AssayError `upload.not_found`: unknown, expired, used, of who is no member any more, all look the same
 */
export async function useUploadAddress(
  deps: Pick<Deps, 'database' | 'keys'>,
  text: string,
): Promise<Authenticated & { readonly name: string }> {
  const token = await findToken(deps, text, 'upload');
  const principal = token && (await findMember(deps, token.workspace_id, token.principal_id));
  const used =
    token &&
    principal &&
    (await deps.database.withWorkspace(token.workspace_id, (query) =>
      query
        .updateTable('assay.token')
        .set({ used_at: new Date() })
        .where('mac', '=', token.mac)
        .where('used_at', 'is', null)
        .returning('name')
        .executeTakeFirst(),
    ));
  if (!used)
    throw new AssayError(
      'upload.not_found',
      'This address takes no upload: it took one already, or its ten minutes are over. Ask for another.',
    );
  return {
    ...{ principal, workspace: token.workspace_id, scopes: new Set(scopes), name: used.name },
    client: `upload:${secretId('token', text)}`,
  };
}

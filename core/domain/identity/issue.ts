import type { Query } from '../../base/database/index.ts';
import type { Keyring } from '../../base/encryption/index.ts';
import { makeToken } from './token.ts';

export interface TokenRequest {
  readonly workspace: string;
  readonly principal: string;
  readonly kind: 'start' | 'api';
  readonly name: string;
  readonly expires: Date;
}

/** Makes a token and stores its keyed hash; the text is returned this once. */
export async function issueToken(query: Query, keys: Keyring, request: TokenRequest): Promise<string> {
  const token = makeToken(keys);
  await query
    .insertInto('assay.token')
    .values({
      id: token.id,
      workspace_id: request.workspace,
      principal_id: request.principal,
      kind: request.kind,
      name: request.name,
      mac: token.mac,
      expires_at: request.expires,
    })
    .execute();
  return token.text;
}

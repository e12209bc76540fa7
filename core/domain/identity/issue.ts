import type { Query } from '../../base/database/index.ts';
import type { KeySource } from '../../base/encryption/index.ts';
import { allScopes, type Scope } from '../access/index.ts';
import { makeSecret } from './token.ts';

export interface TokenRequest {
  readonly workspace: string;
  readonly principal: string;
  readonly kind: 'start' | 'api';
  readonly name: string;
  readonly expires: Date;
  /** What it may be used for; everything where none are given. */
  readonly scopes?: readonly Scope[];
}

/** Makes a token and stores its keyed hash; the text is returned this once. */
export async function issueToken(query: Query, keys: KeySource, request: TokenRequest): Promise<string> {
  const token = makeSecret(keys, 'token');
  await query
    .insertInto('assay.token')
    .values({
      id: token.id,
      workspace_id: request.workspace,
      principal_id: request.principal,
      kind: request.kind,
      name: request.name,
      mac: token.mac,
      scopes: [...(request.scopes ?? allScopes)],
      expires_at: request.expires,
    })
    .execute();
  return token.text;
}

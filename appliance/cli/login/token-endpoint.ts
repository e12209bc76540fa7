import { RefusedError } from '../exit.ts';

/** The client that this command is to the authorization server. */
export const clientId = 'assay-cli';

/** Everything that the role permits: what the command is given it hands on to nobody. */
export const scope = 'tools:read jobs:submit data:export admin';

/** Where the authorization server says that things are. */
export interface Endpoints {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly device_authorization_endpoint: string;
}

/** RFC 8414. @throws RefusedError where what answers is no Assay, or calls itself something else */
export async function findEndpoints(url: string, signal: AbortSignal): Promise<Endpoints> {
  const answer = await fetch(`${url}/.well-known/oauth-authorization-server`, { signal, redirect: 'error' });
  const said = (await answer.json().catch(() => ({}))) as Partial<Endpoints>;
  if (
    !answer.ok ||
    !said.token_endpoint ||
    !said.authorization_endpoint ||
    !said.device_authorization_endpoint
  )
    throw new RefusedError(`What answers at ${url} has no sign-in for programs; is it Assay?`);
  if (said.issuer !== url)
    throw new RefusedError(
      `What answers at ${url} calls itself ${said.issuer}; use that address, or have http.publicUrl set.`,
    );
  return said as Endpoints;
}

export interface TokenAnswer {
  readonly access_token?: string;
  readonly error?: string;
  readonly error_description?: string;
}

export async function askForToken(
  endpoints: Endpoints,
  fields: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const answer = await fetch(endpoints.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, ...fields }),
    signal,
    redirect: 'error',
  });
  return (await answer.json()) as TokenAnswer;
}

export function refused({ error, error_description: detail }: TokenAnswer): RefusedError {
  return new RefusedError(`Signing in did not work: ${detail ?? error ?? 'no reason was given'}.`);
}

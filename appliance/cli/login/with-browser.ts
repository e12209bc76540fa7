import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RefusedError } from '../exit.ts';
import { askForToken, clientId, type Endpoints, refused, scope } from './token-endpoint.ts';

const page = (text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Assay</title><body><p>${text}</p></body></html>`;

/** Waits on loopback for the browser to come back (RFC 8252), and for nobody else: state and issuer must be right. */
async function waitForCode(
  endpoints: Endpoints,
  state: string,
  show: (redirect: string) => void,
  signal: AbortSignal,
) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://127.0.0.1');
    const given = Buffer.from(url.searchParams.get('state') ?? '');
    const ours = given.length === state.length && timingSafeEqual(given, Buffer.from(state));
    res.setHeader('content-type', 'text/html; charset=utf-8').setHeader('connection', 'close');
    if (url.pathname !== '/callback' || !ours || url.searchParams.get('iss') !== endpoints.issuer) {
      res.statusCode = 400;
      return void res.end(page('This is not what was waited for.'));
    }
    const code = url.searchParams.get('code');
    res.end(page(code ? 'You are signed in. You can close this window.' : 'You refused; nothing was given.'));
    if (code) resolve(code);
    else reject(new RefusedError('Signing in was refused in the browser.'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const redirect = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  try {
    show(redirect);
    return { code: await promise, redirect };
  } finally {
    signal.removeEventListener('abort', stop);
    server.close();
  }
}

/**
 * Authorization code with PKCE, through a browser on this machine.
 * @param open is told the address that the person opens
 * @returns an access token for the REST API
 */
export async function signInWithBrowser(
  endpoints: Endpoints,
  open: (address: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const resource = `${endpoints.issuer}/v1`;
  const show = (redirect: string) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirect,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state,
      scope,
      resource,
    });
    open(`${endpoints.authorization_endpoint}?${query}`);
  };
  const { code, redirect } = await waitForCode(endpoints, state, show, signal);
  const answer = await askForToken(
    endpoints,
    { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirect },
    signal,
  );
  if (!answer.access_token) throw refused(answer);
  return answer.access_token;
}

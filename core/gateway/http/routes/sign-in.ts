import { AssayError } from '@assay/sdk';
import { exchangeStartToken } from '../../../domain/identity/index.ts';
import { SignInForm, SignInQuery } from '../contracts/identity.ts';
import { escapeHtml, pagePolicy, renderPage } from '../page.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';
import { sessionCookie } from '../session.ts';

const html = 'text/html; charset=utf-8';
/** With `no-referrer` a browser would send our own form with `Origin: null`. The address itself is never sent on. */
const headers = { 'content-security-policy': pagePolicy, 'referrer-policy': 'strict-origin' };

/** A path of this server; anything that could lead elsewhere is dropped. */
function localPath(next: string | undefined): string | undefined {
  if (!next || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next)) return undefined;
  const url = new URL(next, 'http://local.invalid');
  return url.host === 'local.invalid' ? `${url.pathname}${url.search}` : undefined;
}

function askPage(token: string | undefined, next: string | undefined): string {
  const field = (name: string, value: string) =>
    `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
  const typed =
    '<p><label>Sign-in token, as printed by the start: <input name="token" required autocomplete="off"></label></p>';
  const where = localPath(next);
  return renderPage(
    'Sign in',
    `<p>The sign-in token works once. Signing in here gives this browser a session of twelve hours.</p>
<form method="post" action="/sign-in">
${token ? field('token', token) : typed}${where ? field('next', where) : ''}
<button type="submit">Sign in</button>
</form>`,
  );
}

function refusedPage(error: AssayError): string {
  return renderPage('This sign-in token does not work', `<p>${escapeHtml(error.message)}</p>`);
}

export const askRoute = defineRoute({
  method: 'GET',
  path: '/sign-in',
  id: 'showSignIn',
  summary: 'Page with a button that signs a browser in; looking at it uses no token up',
  auth: 'none',
  permission: null,
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: SignInQuery,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The page.', mediaType: 'text/html' } },
  async handler({ query: { token, next } }) {
    return reply(200, askPage(token, next), { mediaType: html, headers });
  },
});

export const enterRoute = defineRoute({
  method: 'POST',
  path: '/sign-in',
  id: 'enterSignIn',
  summary: 'What the button of the sign-in page sends; answers with a session cookie',
  auth: 'none',
  permission: null,
  maxBytes: 4096,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'form', schema: SignInForm },
  responses: {
    200: { description: 'Signed in.', mediaType: 'text/html' },
    303: { description: 'Signed in; on to `next`.', mediaType: 'text/html' },
    401: { description: 'The token does not work.', mediaType: 'text/html' },
  },
  async handler({ deps, payload, requestId, origin }) {
    try {
      const { token } = await exchangeStartToken(deps, { token: payload.token, requestId });
      const signedIn = { ...headers, 'set-cookie': sessionCookie(token, origin.startsWith('https:')) };
      const body = renderPage(
        'You are signed in',
        '<p>This browser can now open reports by their address.</p>',
      );
      const location = localPath(payload.next);
      if (!location) return reply(200, body, { mediaType: html, headers: signedIn });
      return reply(303, body, { mediaType: html, headers: { ...signedIn, location } });
    } catch (error) {
      if (!AssayError.is(error, 'identity.start_token_invalid')) throw error;
      return reply(401, refusedPage(error), { mediaType: html, headers });
    }
  },
});

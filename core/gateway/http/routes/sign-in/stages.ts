import { qrCode } from '../../../../base/factors/index.ts';
import {
  type Arrived,
  beginEnrolment,
  hasAccounts,
  type Session,
  workspacesOf,
} from '../../../../domain/identity/index.ts';
import { escapeHtml, renderPage } from '../../page.ts';
import { sessionCookie } from '../../session.ts';
import type { PageAnswer, PageCall } from './page-route.ts';
import { alert, field, form, localPath } from './parts.ts';

interface Shown {
  readonly next?: string | undefined;
  /** What was wrong with what was sent last. */
  readonly wrong?: string | undefined;
  /** The one-time token of the start, where the address brought it. */
  readonly token?: string | undefined;
  readonly login?: string | undefined;
}

async function firstPage({ deps, browser }: PageCall, shown: Shown): Promise<string> {
  const { csrf } = browser;
  const next = localPath(shown.next);
  const to = next ? `?next=${encodeURIComponent(next)}` : '';
  const providers = deps.access.providers.map(
    ({ name, title }) =>
      `<p><a class="button" href="/login/${encodeURIComponent(name)}${to}">Sign in with ${escapeHtml(title)}</a></p>`,
  );
  const start = form(
    { action: '/sign-in', csrf, next, button: 'Sign in' },
    shown.token
      ? `<p>The sign-in token works once.</p><input type="hidden" name="token" value="${escapeHtml(shown.token)}">`
      : field({
          name: 'token',
          label: 'Sign-in token',
          hint: 'As the start of this appliance printed it.',
          autocomplete: 'off',
        }),
  );
  const local = form(
    { action: '/sign-in/password', csrf, next, button: 'Sign in' },
    field({
      name: 'login',
      label: 'Login',
      autocomplete: 'username',
      focus: true,
      ...(shown.login ? { value: shown.login } : {}),
    }) + field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' }),
  );
  const accounts = await hasAccounts(deps);
  const rest = accounts
    ? `${local}<details><summary>With the token of the start</summary>${start}</details>`
    : start;
  return renderPage('Sign in', alert(shown.wrong) + (shown.token ? start : providers.join('\n') + rest));
}

function codePage({ browser }: PageCall, shown: Shown): string {
  const body = field({
    name: 'code',
    label: 'Code',
    hint: 'Six digits from your app, or one of your recovery codes.',
    autocomplete: 'one-time-code',
    focus: true,
  });
  const options = {
    action: '/sign-in/code',
    csrf: browser.csrf,
    next: localPath(shown.next),
    button: 'Continue',
  };
  return renderPage('Enter your code', alert(shown.wrong) + form(options, body));
}

function passwordPage({ browser }: PageCall, shown: Shown): string {
  const body =
    field({
      name: 'password',
      label: 'New password',
      type: 'password',
      hint: 'At least 12 characters; a few words are easy to remember.',
      autocomplete: 'new-password',
      focus: true,
    }) + field({ name: 'repeat', label: 'The same again', type: 'password', autocomplete: 'new-password' });
  const options = {
    action: '/sign-in/new-password',
    csrf: browser.csrf,
    next: localPath(shown.next),
    button: 'Continue',
  };
  return renderPage(
    'Choose a password of your own',
    `${alert(shown.wrong)}<p>The one that you were given works for this once.</p>${form(options, body)}`,
  );
}

export async function enrolPage(
  { deps, browser }: PageCall,
  session: Session,
  shown: Shown,
  action: string,
): Promise<string> {
  const { secret, address } = await beginEnrolment(deps, session.principal);
  const body = field({
    name: 'code',
    label: 'The six digits that the app shows now',
    autocomplete: 'one-time-code',
    numeric: true,
  });
  const options = { action, csrf: browser.csrf, next: localPath(shown.next), button: 'Confirm' };
  const groups = secret.match(/.{1,4}/g)?.join(' ') ?? secret;
  return renderPage(
    'Set up a second factor',
    `${alert(shown.wrong)}<ol><li>Open an authenticator app on your phone and scan this picture.
<div class="qr" role="img" aria-label="QR code of the secret below">${qrCode(address)}</div>
Or type the secret: <code>${escapeHtml(groups)}</code></li>
<li>Type the code that the app shows.</li></ol>${form(options, body)}`,
  );
}

async function workspacePage({ deps, browser }: PageCall, session: Session, shown: Shown): Promise<string> {
  const choices = (await workspacesOf(deps, session.principal)).map(
    ({ id, name, role }, index) =>
      `<p><label class="choice"><input type="radio" name="workspace" value="${escapeHtml(id)}" required${index === 0 ? ' checked' : ''}> ${escapeHtml(name)} <small>as ${escapeHtml(role)}</small></label></p>`,
  );
  const options = {
    action: '/sign-in/workspace',
    csrf: browser.csrf,
    next: localPath(shown.next),
    button: 'Continue',
  };
  return renderPage(
    'Choose a workspace',
    alert(shown.wrong) +
      form(options, `<fieldset><legend>You can change it later.</legend>${choices.join('\n')}</fieldset>`),
  );
}

/** The page of the stage that this browser's sign-in is in; on to where it wanted to go once there is none left. */
export async function showStage(call: PageCall, shown: Shown): Promise<PageAnswer> {
  const { session } = call.browser;
  if (!session || shown.token) return { page: await firstPage(call, shown) };
  if (session.stage === 'code') return { page: codePage(call, shown) };
  if (session.stage === 'password') return { page: passwordPage(call, shown) };
  if (session.stage === 'enrol') return { page: await enrolPage(call, session, shown, '/sign-in/enrol') };
  if (session.stage === 'workspace') return { page: await workspacePage(call, session, shown) };
  return { location: localPath(shown.next) ?? '/account' };
}

/** A stage was passed: the browser gets the new secret, and goes on. */
export function goOn({ origin }: PageCall, arrived: Arrived, next: string | undefined): PageAnswer {
  const to = localPath(next);
  const cookies = [sessionCookie(arrived.text, origin.startsWith('https:'))];
  if (arrived.stage === 'open') return { location: to ?? '/account', cookies };
  return { location: `/sign-in${to ? `?next=${encodeURIComponent(to)}` : ''}`, cookies };
}

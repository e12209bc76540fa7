import {
  changeFactor,
  changeOwnPassword,
  endOwnSession,
  enrol,
  getOwnAccount,
  type Session,
  sessionsOf,
  workspacesOf,
} from '../../../../domain/identity/index.ts';
import { CodeForm, FactorForm, NoQuery, OwnPasswordForm, SessionForm } from '../../contracts/pages.ts';
import { escapeHtml, renderPage } from '../../page.ts';
import { sessionCookie } from '../../session.ts';
import { codesPage } from './codes-page.ts';
import { defineForm, definePage, type PageAnswer, type PageCall } from './page-route.ts';
import { requireSame } from './pages.ts';
import { alert, field, form } from './parts.ts';
import { enrolPage } from './stages.ts';

const toSignIn: PageAnswer = { location: '/sign-in?next=/account' };

function openSession({ browser }: PageCall): Session | undefined {
  return browser.session?.stage === 'open' ? browser.session : undefined;
}

async function workspacePart({ deps, browser: { csrf } }: PageCall, session: Session): Promise<string> {
  const all = await workspacesOf(deps, session.principal);
  const own = all.find(({ id }) => id === session.workspace);
  const others = all
    .filter(({ id }) => id !== session.workspace)
    .map(
      ({ id, name, role }) =>
        `<p><label class="choice"><input type="radio" name="workspace" value="${escapeHtml(id)}" required> ${escapeHtml(name)} <small>as ${escapeHtml(role)}</small></label></p>`,
    );
  const change = form(
    { action: '/sign-in/workspace', csrf, next: '/account', button: 'Change' },
    others.join('\n'),
  );
  return `<h2>Workspace</h2><p><strong>${escapeHtml(own?.name ?? '')}</strong>, as ${escapeHtml(own?.role ?? '')}</p>${others.length > 0 ? change : ''}`;
}

async function factorPart({ deps, browser: { csrf } }: PageCall, session: Session): Promise<string> {
  const account = await getOwnAccount(deps, session);
  if (!account.login) return '';
  const password = form(
    { action: '/account/password', csrf, button: 'Change password' },
    field({
      name: 'current',
      label: 'Present password',
      type: 'password',
      autocomplete: 'current-password',
    }) +
      field({
        name: 'password',
        label: 'New password',
        type: 'password',
        hint: 'At least 12 characters.',
        autocomplete: 'new-password',
      }) +
      field({ name: 'repeat', label: 'The same again', type: 'password', autocomplete: 'new-password' }),
  );
  const code = field({ name: 'code', label: 'A code of the app', autocomplete: 'one-time-code' });
  const choices = `<p><label class="choice"><input type="radio" name="change" value="new-codes" required checked> New recovery codes</label></p>
<p><label class="choice"><input type="radio" name="change" value="remove" required> Remove the second factor</label></p>`;
  const factor = account.secondFactor
    ? `<p>There is one; ${account.recoveryCodesLeft} recovery codes are left.</p>${form({ action: '/account/factor/change', csrf, button: 'Change' }, code + choices)}`
    : '<p>There is none. <a href="/account/factor">Set one up</a></p>';
  return `<h2>Second factor</h2>${factor}<h2>Password</h2>${password}`;
}

async function sessionsPart({ deps, browser: { csrf } }: PageCall, session: Session): Promise<string> {
  const rows = (await sessionsOf(deps, session)).map((each) => {
    const end = each.current
      ? 'this browser'
      : form(
          { action: '/account/sessions/end', csrf, button: 'End', quiet: true },
          `<input type="hidden" name="id" value="${escapeHtml(each.id)}">`,
        );
    const seen = each.seenAt.slice(0, 16).replace('T', ' ');
    return `<tr><td>${escapeHtml(seen)}</td><td>${escapeHtml(each.method)}</td><td>${escapeHtml(each.address ?? '')}</td><td>${escapeHtml((each.agent ?? '').slice(0, 60))}</td><td>${end}</td></tr>`;
  });
  return `<h2>Signed-in browsers</h2><div class="scroll" tabindex="0" role="region" aria-label="Signed-in browsers"><table><thead><tr><th scope="col">Last seen (UTC)</th><th scope="col">By</th><th scope="col">From</th><th scope="col">Program</th><th scope="col">End</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

async function accountPage(call: PageCall, session: Session, wrong?: string): Promise<string> {
  const { name, login } = await getOwnAccount(call.deps, session);
  const out = form({ action: '/sign-out', csrf: call.browser.csrf, button: 'Sign out', quiet: true }, '');
  return renderPage(
    name,
    [
      alert(wrong),
      login ? `<p>Login <code>${escapeHtml(login)}</code></p>` : '',
      await workspacePart(call, session),
      await factorPart(call, session),
      await sessionsPart(call, session),
      out,
    ].join('\n'),
  );
}

async function again(call: PageCall, wrong: string): Promise<PageAnswer> {
  const session = openSession(call);
  return session ? { page: await accountPage(call, session, wrong) } : toSignIn;
}

export const routes = [
  definePage({
    path: '/account',
    id: 'showAccount',
    summary: 'One’s own account: workspace, second factor, password, sessions',
    query: NoQuery,
    async show(call) {
      const session = openSession(call);
      return session ? { page: await accountPage(call, session) } : toSignIn;
    },
  }),
  defineForm({
    path: '/account/password',
    id: 'changeOwnPassword',
    summary: 'Another password for one’s own local account; all other sessions end',
    fields: OwnPasswordForm,
    async take(call) {
      const session = openSession(call);
      if (!session) return toSignIn;
      const { current, password, repeat } = call.fields;
      requireSame(password, repeat);
      const arrived = await changeOwnPassword(call.deps, session, { ...call, current, password });
      return {
        location: '/account',
        cookies: [sessionCookie(arrived.text, call.origin.startsWith('https:'))],
      };
    },
    again: (call, { message }) => again(call, message),
  }),
  definePage({
    path: '/account/factor',
    id: 'showFactor',
    summary: 'How to set up a second factor',
    query: NoQuery,
    async show(call) {
      const session = openSession(call);
      if (!session) return toSignIn;
      const { login, secondFactor } = await getOwnAccount(call.deps, session);
      if (!login || secondFactor) return { location: '/account' };
      return { page: await enrolPage(call, session, {}, '/account/factor') };
    },
  }),
  defineForm({
    path: '/account/factor',
    id: 'confirmFactor',
    summary: 'Confirms a second factor; answers with recovery codes',
    fields: CodeForm,
    async take(call) {
      const session = openSession(call);
      if (!session) return toSignIn;
      const enrolled = await enrol(call.deps, session, { ...call, code: call.fields.code });
      const cookies = [sessionCookie(enrolled.text, call.origin.startsWith('https:'))];
      return { page: codesPage(enrolled.codes, '/account'), cookies };
    },
    async again(call, { message }) {
      const session = openSession(call);
      return session
        ? { page: await enrolPage(call, session, { wrong: message }, '/account/factor') }
        : toSignIn;
    },
  }),
  defineForm({
    path: '/account/factor/change',
    id: 'changeFactor',
    summary: 'New recovery codes, or no second factor any more; a code is used up for it',
    fields: FactorForm,
    async take(call) {
      const session = openSession(call);
      if (!session) return toSignIn;
      const { code, change } = call.fields;
      const codes = await changeFactor(call.deps, session, { ...call, code, change });
      return codes.length > 0 ? { page: codesPage(codes, '/account') } : { location: '/account' };
    },
    again: (call, { message }) => again(call, message),
  }),
  defineForm({
    path: '/account/sessions/end',
    id: 'endOwnSession',
    summary: 'Ends another session of one’s own',
    fields: SessionForm,
    async take(call) {
      const session = openSession(call);
      if (!session) return toSignIn;
      await endOwnSession(call.deps, session, { ...call, id: call.fields.id });
      return { location: '/account' };
    },
    again: (call, { message }) => again(call, message),
  }),
];

import { AssayError } from '@assay/sdk';
import {
  chooseWorkspace,
  enrol,
  enterCode,
  replacePassword,
  signInWithPassword,
  signInWithStartToken,
  signOut,
} from '../../../../domain/identity/index.ts';
import {
  BareForm,
  CodeForm,
  NewPasswordForm,
  PasswordForm,
  SignInQuery,
  StartForm,
  WorkspaceForm,
} from '../../contracts/pages.ts';
import { endedCookie, sessionCookie } from '../../session.ts';
import { codesPage } from './codes-page.ts';
import { defineForm, definePage } from './page-route.ts';
import { localPath } from './parts.ts';
import { goOn, showStage } from './stages.ts';

export function requireSame(password: string, repeat: string): void {
  if (password !== repeat)
    throw new AssayError('identity.password_weak', 'The two passwords are not the same; type them again.');
}

export const routes = [
  definePage({
    path: '/sign-in',
    id: 'showSignIn',
    summary: 'The page of the sign-in, in whatever stage it is; looking at it uses nothing up',
    query: SignInQuery,
    show: (call) => showStage(call, call.query),
  }),
  defineForm({
    path: '/sign-in',
    id: 'enterSignIn',
    summary: 'Signs in with the one-time token that the start printed',
    fields: StartForm,
    guessed: true,
    take: async (call) =>
      goOn(call, await signInWithStartToken(call.deps, { ...call, ...call.fields }), call.fields.next),
    again: (call, { message }) => showStage(call, { next: call.fields.next, wrong: message }),
  }),
  defineForm({
    path: '/sign-in/password',
    id: 'enterPassword',
    summary: 'Signs in to a local account',
    fields: PasswordForm,
    guessed: true,
    take: async (call) =>
      goOn(call, await signInWithPassword(call.deps, { ...call, ...call.fields }), call.fields.next),
    again: (call, { message }) =>
      showStage(call, { next: call.fields.next, wrong: message, login: call.fields.login }),
  }),
  defineForm({
    path: '/sign-in/code',
    id: 'enterCode',
    summary: 'The second factor of a sign-in',
    fields: CodeForm,
    guessed: true,
    take: async (call) =>
      goOn(
        call,
        await enterCode(call.deps, call.browser.session, { ...call, ...call.fields }),
        call.fields.next,
      ),
    again: (call, { message }) => showStage(call, { next: call.fields.next, wrong: message }),
  }),
  defineForm({
    path: '/sign-in/new-password',
    id: 'enterNewPassword',
    summary: 'A password of one’s own in place of a given one',
    fields: NewPasswordForm,
    async take(call) {
      requireSame(call.fields.password, call.fields.repeat);
      const { password, next } = call.fields;
      return goOn(call, await replacePassword(call.deps, call.browser.session, { ...call, password }), next);
    },
    again: (call, { message }) => showStage(call, { next: call.fields.next, wrong: message }),
  }),
  defineForm({
    path: '/sign-in/enrol',
    id: 'enterEnrolment',
    summary: 'Confirms a second factor that the role demands; answers with recovery codes',
    fields: CodeForm,
    async take(call) {
      const { next, code } = call.fields;
      const enrolled = await enrol(call.deps, call.browser.session, { ...call, code });
      const to = localPath(next);
      const cookies = [sessionCookie(enrolled.text, call.origin.startsWith('https:'))];
      return {
        page: codesPage(enrolled.codes, `/sign-in${to ? `?next=${encodeURIComponent(to)}` : ''}`),
        cookies,
      };
    },
    again: (call, { message }) => showStage(call, { next: call.fields.next, wrong: message }),
  }),
  defineForm({
    path: '/sign-in/workspace',
    id: 'enterWorkspace',
    summary: 'The workspace of a session; an open session may change it',
    fields: WorkspaceForm,
    async take(call) {
      const { workspace, next } = call.fields;
      return goOn(call, await chooseWorkspace(call.deps, call.browser.session, { ...call, workspace }), next);
    },
    again: (call, { message }) => showStage(call, { next: call.fields.next, wrong: message }),
  }),
  defineForm({
    path: '/sign-out',
    id: 'signOut',
    summary: 'Ends the session of this browser',
    fields: BareForm,
    async take(call) {
      if (call.browser.session) await signOut(call.deps, call.browser.session, call);
      return { location: '/sign-in', cookies: [endedCookie(call.origin.startsWith('https:'))] };
    },
    again: (call, { message }) => showStage(call, { wrong: message }),
  }),
];

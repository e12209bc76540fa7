import { type Scope, scopeWords } from '../../../domain/access/index.ts';
import type { OwnWorkspace } from '../../../domain/identity/index.ts';
import { escapeHtml, renderPage } from '../page.ts';

export interface Consent {
  readonly uid: string;
  readonly csrf: string;
  readonly client: { readonly id: string; readonly name: string; readonly redirect: string };
  readonly resource: string;
  readonly scopes: readonly Scope[];
  /** Of who is signed in; undefined where nobody is yet. */
  readonly session:
    | { readonly workspace: string | null; readonly workspaces: readonly OwnWorkspace[] }
    | undefined;
}

/** Where the answer goes, in words: this machine, a site, or an app. */
function destination(redirect: string): string {
  const url = URL.parse(redirect);
  if (!url) return 'the device that shows the code';
  if (['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)) return 'a program on this computer';
  return url.protocol === 'https:' ? url.host : `the app that opens ${url.protocol}`;
}

/** Who vouches for the name: the site that a client's metadata come from, or nobody but an administrator. */
function origin(id: string): string {
  const url = URL.parse(id);
  return url?.protocol === 'https:'
    ? `described by <strong>${escapeHtml(url.host)}</strong>`
    : 'known to this appliance';
}

function chooseWorkspace({ session }: Consent): string {
  if (!session) return '<p>You sign in next; then you choose the workspace.</p>';
  if (session.workspaces.length === 0) return '<p role="alert">You are a member of no workspace.</p>';
  const options = session.workspaces.map(({ id, name, role }, index) => {
    const chosen = session.workspace === null ? index === 0 : id === session.workspace;
    return `<p><label class="choice"><input type="radio" name="workspace" value="${escapeHtml(id)}" required${chosen ? ' checked' : ''}> ${escapeHtml(name)} <small>as ${escapeHtml(role)}</small></label></p>`;
  });
  return `<fieldset><legend>In which workspace? It sees no other.</legend>${options.join('\n')}</fieldset>`;
}

/** The page that asks before anything is given away. */
export function consentPage(consent: Consent): string {
  const { client, uid, csrf, scopes, session } = consent;
  const words = scopes.map(
    (scope) => `<li>${escapeHtml(scopeWords[scope])} <small><code>${scope}</code></small></li>`,
  );
  const asks =
    words.length > 0
      ? `<p>It asks to act for you, as far as your role permits:</p>\n<ul>${words.join('\n')}</ul>`
      : '<p>It asks only to know who you are.</p>';
  const hidden = `<input type="hidden" name="csrf" value="${escapeHtml(csrf)}">`;
  return renderPage(
    `Let ${client.name} in?`,
    `<p><strong>${escapeHtml(client.name)}</strong>, ${origin(client.id)}, wants to use <code>${escapeHtml(consent.resource)}</code>.
The answer goes to <strong>${escapeHtml(destination(client.redirect))}</strong>.</p>
${asks}
<form method="post" action="/oauth/interaction/${escapeHtml(uid)}/allow">
${hidden}
${chooseWorkspace(consent)}
<p><button type="submit">${session ? 'Allow' : 'Continue to sign in'}</button></p>
</form>
<form method="post" action="/oauth/interaction/${escapeHtml(uid)}/refuse">
${hidden}
<p><button type="submit" class="quiet">Refuse</button></p>
</form>`,
  );
}

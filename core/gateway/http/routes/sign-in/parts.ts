import { escapeHtml } from '../../page.ts';

/** Pieces of the pages; every text in them goes through `escapeHtml`. */
function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`;
}

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password';
  /** How a password manager knows it (HTML, autofill). */
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: string;
  readonly focus?: boolean;
  readonly numeric?: boolean;
}

export function field(of: Field): string {
  const hint = of.hint ? `<span class="hint" id="${of.name}-hint">${escapeHtml(of.hint)}</span>` : '';
  const attributes = [
    `id="${of.name}"`,
    `name="${of.name}"`,
    `type="${of.type ?? 'text'}"`,
    `autocomplete="${of.autocomplete}"`,
    'required',
    ...(of.focus ? ['autofocus'] : []),
    ...(of.numeric ? ['inputmode="numeric"'] : []),
    ...(of.type === 'password' ? [] : ['spellcheck="false"', 'autocapitalize="none"']),
    ...(of.value ? [`value="${escapeHtml(of.value)}"`] : []),
    ...(hint ? [`aria-describedby="${of.name}-hint"`] : []),
  ];
  return `<p><label for="${of.name}">${escapeHtml(of.label)}</label>${hint}<input ${attributes.join(' ')}></p>`;
}

export interface FormOptions {
  readonly action: string;
  readonly csrf: string;
  readonly next?: string | undefined;
  readonly button: string;
  readonly quiet?: boolean;
}

export function form({ action, csrf, next, button, quiet }: FormOptions, body: string): string {
  return `<form method="post" action="${escapeHtml(action)}">
${hidden('csrf', csrf)}${next ? hidden('next', next) : ''}
${body}
<p><button type="submit"${quiet ? ' class="quiet"' : ''}>${escapeHtml(button)}</button></p>
</form>`;
}

export function alert(text: string | undefined): string {
  return text ? `<p role="alert" class="alert">${escapeHtml(text)}</p>` : '';
}

/** A path of this server; anything that could lead elsewhere is dropped. */
export function localPath(next: string | undefined): string | undefined {
  if (!next || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next)) return undefined;
  const url = new URL(next, 'http://local.invalid');
  return url.host === 'local.invalid' ? `${url.pathname}${url.search}` : undefined;
}

/** Text that is HTML already. Only `html` and `raw` make it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that would hide or turn text around are shown as what they are. */
const hidden = [/\p{Bidi_Control}/gu, /\u200b|\u200c|\u200d|\u2060|\ufeff/gu, /(?![\n\t])\p{Cc}/gu];

function visible(text: string): string {
  const name = (c: string) =>
    `\u2423U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return hidden.reduce((shown, pattern) => shown.replace(pattern, name), text);
}

export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (c) => entities[c] ?? c);
}

export type Part = string | number | Html | undefined | false | readonly Part[];

function toHtml(part: Part): string {
  if (part instanceof Html) return part.text;
  if (part === undefined || part === false) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeHtml(part);
  return part.map(toHtml).join('');
}

/** A template whose every value is escaped, unless it is `Html`. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.reduce((text, string, i) => text + string + (i < parts.length ? toHtml(parts[i]) : ''), ''),
  );
}

/** Says that a text of our own making is HTML. Never call it with anything out of a report. */
export function raw(text: string): Html {
  return new Html(text);
}

import { createHash } from 'node:crypto';

const style = `:root{color-scheme:light dark;--text:#1b1f24;--soft:#57606a;--page:#fff;--line:#8b949e;--act:#0b4f8a;--on:#fff;--bad:#a1260d}
@media(prefers-color-scheme:dark){:root{--text:#e8eaed;--soft:#a9b1ba;--page:#15181c;--line:#6e7681;--act:#8cc4ff;--on:#10151b;--bad:#ffa28b}}
*{box-sizing:border-box}body{font:1.0625rem/1.5 system-ui,sans-serif;max-width:38rem;margin:8vh auto 4rem;padding:0 1.25rem;color:var(--text);background:var(--page)}
h1{font-size:1.6rem;line-height:1.25;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:2.25rem 0 .5rem}small,.hint{color:var(--soft)}code{overflow-wrap:anywhere}
label{display:block;font-weight:600}.choice{font-weight:400}.hint{display:block;font-size:.9rem}
input:not([type=radio]):not([type=hidden]){display:block;width:100%;max-width:24rem;font:inherit;padding:.5rem .65rem;margin-top:.25rem;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.3rem}
fieldset{border:1px solid var(--line);border-radius:.3rem;margin:1rem 0}legend{color:var(--soft);padding:0 .35rem}
button,.button{display:inline-block;font:inherit;padding:.55rem 1.3rem;color:var(--on);background:var(--act);border:1px solid var(--act);border-radius:.3rem;cursor:pointer;text-decoration:none}
.quiet{color:var(--act);background:transparent}a{color:var(--act)}
:focus-visible{outline:3px solid #d97a00;outline-offset:2px}.alert{color:var(--bad);border-left:.3rem solid var(--bad);padding:.3rem .8rem}
.qr svg{width:13rem;height:13rem;background:#fff;border-radius:.3rem}.codes{columns:2;list-style:none;padding:0}summary{cursor:pointer;margin:1.25rem 0 .5rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.92rem}th,td{text-align:left;padding:.35rem .7rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}td p{margin:0}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * Policy of our own pages: their one style, forms to ourselves, nothing else.
 * @param leadsTo origin or scheme that the answer to a form may redirect to, which browsers count as its target
 */
export function pagePolicyTo(leadsTo?: string): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action 'self'${leadsTo ? ` ${leadsTo}` : ''}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

export const pagePolicy = pagePolicyTo();

const marks: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => marks[c] ?? c);
}

/** One plain page without script. `body` is HTML whose texts went through `escapeHtml`. */
export function renderPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Assay</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

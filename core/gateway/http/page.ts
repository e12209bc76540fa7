import { createHash } from 'node:crypto';

const style = `body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.5rem}button{font:inherit;padding:.6rem 1.4rem;color:#fff;background:#0b4f8a;border:0;border-radius:.3rem;cursor:pointer}
button:focus-visible{outline:3px solid #d97a00;outline-offset:2px}code{overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{color:#e8eaed;background:#15181c}button{color:#10151b;background:#8cc4ff}}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Policy of our own pages: their one style, forms to ourselves, nothing else. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

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

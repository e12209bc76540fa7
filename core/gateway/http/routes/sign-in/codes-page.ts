import { escapeHtml, renderPage } from '../../page.ts';

/** Recovery codes, shown this once. */
export function codesPage(codes: readonly string[], next: string): string {
  const list = codes.map((code) => `<li><code>${escapeHtml(code)}</code></li>`).join('\n');
  return renderPage(
    'Keep these recovery codes',
    `<p>Each signs you in once where you have not got your phone. They are not shown again: print them, or keep them in a password manager.</p>
<ul class="codes">${list}</ul>
<p><a class="button" href="${escapeHtml(next)}">I have kept them</a></p>`,
  );
}

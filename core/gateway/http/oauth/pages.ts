import type { KoaContextWithOIDC } from 'oidc-provider';
import { escapeHtml, pagePolicy, renderPage } from '../page.ts';

/** Just enough of the vendor's context to answer with a page. */
type PageContext = Pick<KoaContextWithOIDC, 'set' | 'req'> & { body: unknown; type: string };

function show(ctx: PageContext, title: string, body: string): void {
  ctx.set('content-security-policy', pagePolicy);
  // With `no-referrer` a browser would send our own form with `Origin: null`.
  ctx.set('referrer-policy', 'strict-origin');
  ctx.type = 'html';
  ctx.body = renderPage(title, body);
}

/** What went wrong in a browser. The description is ours or the library's, never the caller's own text unescaped. */
export async function errorPage(
  ctx: KoaContextWithOIDC,
  out: { error: string; error_description?: string | undefined },
): Promise<void> {
  const said = out.error_description ?? 'The application sent something that cannot be answered.';
  show(
    ctx as unknown as PageContext,
    'This sign-in request does not work',
    `<p>${escapeHtml(said)}</p><p>Start again from the application. <code>${escapeHtml(out.error)}</code></p>`,
  );
}

/** Where the address brought the code along, set by `mount.ts`. */
export const userCodes = new WeakMap<object, string>();

function inputForm(form: string, code: string | undefined): string {
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
  const action = /action="([^"]+)"/.exec(form)?.[1] ?? '/oauth/device';
  return `<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="xsrf" value="${escapeHtml(xsrf)}">
<p><label for="code">The code that the device shows</label><br>
<input id="code" name="user_code" required autofocus autocomplete="off" autocapitalize="characters" spellcheck="false" size="12" value="${escapeHtml(code ?? '')}"></p>
<p><button type="submit">Continue</button></p>
</form>`;
}

const wrong: Readonly<Record<string, string>> = {
  NoCodeError: 'Type the code that the device shows.',
  NotFoundError: 'There is no such code. Look at it again; it has eight letters.',
  ExpiredError: 'This code is too old. Start again on the device.',
  AlreadyUsedError: 'This code was used already. Start again on the device.',
  AbortedError: 'You refused; the device was told.',
};

/** Pages of the device code flow (RFC 8628). */
export const devicePages = {
  async userCodeInputSource(
    ctx: KoaContextWithOIDC,
    form: string,
    out?: unknown,
    err?: Error,
  ): Promise<void> {
    const page = ctx as unknown as PageContext;
    const text = out || err ? (wrong[err?.name ?? ''] ?? 'This did not work; try again.') : undefined;
    const alert = text ? `<p role="alert">${escapeHtml(text)}</p>` : '';
    show(page, 'Connect a device', `${alert}${inputForm(form, userCodes.get(page.req))}`);
  },
  async userCodeConfirmSource(
    ctx: KoaContextWithOIDC,
    form: string,
    client: { clientName?: string; clientId: string },
    _device: unknown,
    userCode: string,
  ): Promise<void> {
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
    const code = /name="user_code" value="([^"]+)"/.exec(form)?.[1] ?? userCode;
    const action = /action="([^"]+)"/.exec(form)?.[1] ?? '/oauth/device';
    show(
      ctx as unknown as PageContext,
      'Is this your device?',
      `<p><strong>${escapeHtml(client.clientName ?? client.clientId)}</strong> shows the code <code>${escapeHtml(userCode)}</code>.</p>
<p>Go on only where you started this yourself, on a device in front of you. Whoever sent you this code would get your access.</p>
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="xsrf" value="${escapeHtml(xsrf)}">
<input type="hidden" name="user_code" value="${escapeHtml(code)}">
<input type="hidden" name="confirm" value="yes">
<p><button type="submit">It is mine, continue</button></p>
</form>
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="xsrf" value="${escapeHtml(xsrf)}">
<input type="hidden" name="user_code" value="${escapeHtml(code)}">
<input type="hidden" name="abort" value="yes">
<p><button type="submit" class="quiet">Refuse</button></p>
</form>`,
    );
  },
  async successSource(ctx: KoaContextWithOIDC): Promise<void> {
    show(
      ctx as unknown as PageContext,
      'The device is connected',
      '<p>You can close this window and go back to it.</p>',
    );
  },
};

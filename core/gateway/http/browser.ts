import { randomBytes, timingSafeEqual } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { Deps } from '../../domain/deps.ts';
import { findSession, type Session } from '../../domain/identity/index.ts';
import { readCookie, setCookie } from './cookies.ts';
import { readSessionCookie } from './session.ts';

/** What a browser brought along: its session, in whatever stage, and what its forms must carry. */
export interface Browser {
  readonly session: Session | undefined;
  /** Value of the hidden field `csrf` of every form. */
  readonly csrf: string;
  /** `Set-Cookie` that goes with the page; none where the browser has what it needs. */
  readonly cookies: readonly string[];
}

const flowName = 'assay_flow';
const flowSeconds = 3600;

/**
 * Looks who is there. Before there is a session, a random cookie stands for the browser, so that nobody can make it sign in
 * as somebody else (login CSRF).
 */
export async function openBrowser(
  deps: Pick<Deps, 'database' | 'keys' | 'access'>,
  { cookie, origin }: { readonly cookie: string | undefined; readonly origin: string },
): Promise<Browser> {
  const secure = origin.startsWith('https:');
  const secret = readSessionCookie(cookie, secure);
  const session = secret === undefined ? undefined : await findSession(deps, secret);
  const known = readCookie(cookie, flowName, secure);
  const flow = known && /^[\w-]{22}$/.test(known) ? known : randomBytes(16).toString('base64url');
  const bound = session ? `session/${session.id}` : `flow/${flow}`;
  return {
    session,
    csrf: deps.keys.mac('csrf', bound).toString('base64url'),
    cookies: session || flow === known ? [] : [setCookie(flowName, flow, { secure, maxAge: flowSeconds })],
  };
}

/** @throws AssayError `request.origin_refused` for a form that this browser was not given by us */
export function requireCsrf(browser: Browser, given: string): void {
  const [want, got] = [Buffer.from(browser.csrf), Buffer.from(given)];
  if (want.length === got.length && timingSafeEqual(want, got)) return;
  throw new AssayError(
    'request.origin_refused',
    'The form is out of date; go back, reload the page and try again.',
  );
}

import { AssayError } from '@assay/sdk';
import type { Static, TObject } from 'typebox';
import { type Browser, openBrowser, requireCsrf } from '../../browser.ts';
import { networkOf } from '../../networks.ts';
import { pagePolicy } from '../../page.ts';
import { type AnyRoute, type Call, defineRoute, nothing, quick } from '../../route.ts';

const mediaType = 'text/html; charset=utf-8';
/** With `no-referrer` a browser would send our own form with `Origin: null`. The address itself is never sent on. */
const headers = { 'content-security-policy': pagePolicy, 'referrer-policy': 'strict-origin' };

/** What a page answers: itself, or where the browser goes next; with what it is to keep. */
export type PageAnswer =
  | {
      readonly page: string;
      readonly status?: 200 | 401 | 409 | 422 | 429;
      readonly cookies?: readonly string[];
    }
  | { readonly location: string; readonly cookies?: readonly string[] };

export type PageCall = Pick<Call, 'deps' | 'requestId' | 'client' | 'origin'> & { readonly browser: Browser };

function answer(given: PageAnswer, browser: Browser) {
  const cookies = [...browser.cookies, ...(given.cookies ?? [])];
  if ('location' in given)
    return {
      status: 303 as const,
      body: '',
      mediaType,
      cookies,
      headers: { ...headers, location: given.location },
    };
  return { status: given.status ?? (200 as const), body: given.page, mediaType, headers, cookies };
}

const html = (description: string) => ({ description, mediaType: 'text/html' });
const responses = {
  200: html('The page.'),
  303: html('On to another page.'),
  401: html('What was given does not sign in; the page says why.'),
  409: html('It does not fit how things are; the page says why.'),
  422: html('What was given cannot be taken; the page says why.'),
  429: html('Too many attempts; the page says when the next one counts.'),
};
const common = {
  auth: 'none',
  permission: null,
  timeout: quick,
  params: null,
  missing: null,
  headers: null,
} as const;

/** A page of ours that is looked at. */
export function definePage<Q extends TObject>(page: {
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly query: Q;
  show(call: PageCall & { readonly query: Static<Q> }): Promise<PageAnswer>;
}): AnyRoute {
  return defineRoute({
    ...common,
    method: 'GET',
    path: page.path,
    id: page.id,
    summary: page.summary,
    maxBytes: 0,
    query: page.query,
    payload: nothing,
    responses,
    async handler(call) {
      const browser = await openBrowser(call.deps, call);
      return answer(await page.show({ ...call, browser, query: call.query as Static<Q> }), browser);
    },
  });
}

/** Errors that a person can do something about: shown on the page that the form stands on. */
const shown = /^(identity\.|workspace\.not_found|user\.|request\.limit_exceeded)/;

/**
 * A form of ours that is sent. Its CSRF token is checked before anything else; what a person did wrong is told on the page
 * itself by `again`.
 */
export function defineForm<B extends TObject>(form: {
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly fields: B;
  /** True where a password or a code may be guessed: attempts are limited by address. */
  readonly guessed?: boolean;
  take(call: PageCall & { readonly fields: Static<B> }): Promise<PageAnswer>;
  again(call: PageCall & { readonly fields: Static<B> }, error: AssayError): Promise<PageAnswer>;
}): AnyRoute {
  return defineRoute({
    ...common,
    method: 'POST',
    path: form.path,
    id: form.id,
    summary: form.summary,
    maxBytes: 8192,
    query: null,
    payload: { kind: 'form', schema: form.fields },
    responses,
    async handler(call) {
      const browser = await openBrowser(call.deps, call);
      const fields = call.payload as Static<B> & { readonly csrf: string };
      requireCsrf(browser, fields.csrf);
      const given = { ...call, browser, fields };
      try {
        if (form.guessed) await call.deps.limits.attempt('sign-in', networkOf(call.client.address ?? ''));
        return answer(await form.take(given), browser);
      } catch (error) {
        if (!AssayError.is(error) || !shown.test(error.code)) throw error;
        const status = ([401, 409, 422, 429] as const).find((each) => each === error.status) ?? 422;
        return answer({ ...(await form.again(given, error)), status } as PageAnswer, browser);
      }
    },
  });
}

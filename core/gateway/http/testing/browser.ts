import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';

/** A browser by what it keeps between requests: cookies with their paths. It follows nothing by itself. */
export class CookieJar {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  set(name: string, value: string): void {
    this.#cookies.set(name, { value, path: '/' });
  }

  value(name: string): string | undefined {
    return this.#cookies.get(name)?.value;
  }

  header(path: string): string {
    return [...this.#cookies]
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([name, cookie]) => `${name}=${cookie.value}`)
      .join('; ');
  }

  take(answer: Response): void {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/';
      const gone = attributes.some(
        (each) => /^expires=Thu, 01 Jan 1970/i.test(each) || /^max-age=0$/i.test(each),
      );
      if (gone || value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path });
    }
  }

  async get(url: string): Promise<Response> {
    return this.#send(url, { headers: { accept: 'text/html' } });
  }

  /** Sends a form as a page of the same origin does. */
  async post(
    url: string,
    fields: Readonly<Record<string, string>>,
    origin = new URL(url).origin,
  ): Promise<Response> {
    return this.#send(url, {
      method: 'POST',
      headers: { origin, accept: 'text/html' },
      body: new URLSearchParams(fields),
    });
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    const cookie = this.header(new URL(url).pathname);
    const headers = { ...(init.headers as Record<string, string>), ...(cookie ? { cookie } : {}) };
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    this.take(answer);
    return answer;
  }
}

/** The fields of the first form of a page whose action ends so. */
export function formOf(page: string, action: string): Record<string, string> {
  const form = [...page.matchAll(/<form method="post" action="([^"]+)">([\s\S]*?)<\/form>/g)].find(([, to]) =>
    to?.endsWith(action),
  );
  const fields = [...(form?.[2] ?? '').matchAll(/<input ([^>]*)>/g)].map(([, attributes = '']) => attributes);
  return Object.fromEntries(
    fields
      .filter((each) => !/type="radio"/.test(each) || / checked/.test(each))
      .map((each) => [/name="([^"]*)"/.exec(each)?.[1] ?? '', /value="([^"]*)"/.exec(each)?.[1] ?? '']),
  );
}

export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export function pkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** One form-encoded call of the token endpoint. */
export async function callToken(
  url: string,
  fields: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: Record<string, string> }> {
  const answer = await fetch(`${url}/oauth/token`, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

/** Where codes are sent in tests; nobody listens there. */
export const callback = 'http://127.0.0.1:1/callback';

/** A request for access as the command line makes it, and the proof that its code is redeemed with. */
export function authorization(url: string, more: Readonly<Record<string, string | null>> = {}) {
  const { verifier, challenge } = pkce();
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'assay-cli',
    redirect_uri: callback,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'x1',
    resource: `${url}/v1`,
    scope: 'tools:read',
  });
  for (const [name, value] of Object.entries(more))
    if (value === null) query.delete(name);
    else query.set(name, value);
  return { verifier, address: `${url}/oauth/authorize?${query}` };
}

export function browser(session?: string): CookieJar {
  const jar = new CookieJar();
  if (session) jar.set('assay_session', session);
  return jar;
}

/** The page of the interaction that a request for access leads to. */
export async function askFor(
  jar: CookieJar,
  address: string,
): Promise<{ readonly page: string; readonly text: string }> {
  const answer = await jar.get(address);
  assert.equal(answer.status, 303, await answer.clone().text());
  const page = new URL(answer.headers.get('location') ?? '', address).href;
  const shown = await jar.get(page);
  return { page, text: await shown.text() };
}

/** From the request to the address with the code, as somebody signed in who allows all. */
export async function allowAll(jar: CookieJar, address: string): Promise<URL> {
  const { page, text } = await askFor(jar, address);
  const allowed = await jar.post(`${page}/allow`, formOf(text, '/allow'));
  assert.equal(allowed.status, 303, await allowed.clone().text());
  const back = await jar.get(new URL(allowed.headers.get('location') ?? '', address).href);
  assert.equal(back.status, 303, await back.clone().text());
  return new URL(back.headers.get('location') ?? '');
}

export function redeem(
  url: string,
  back: URL,
  verifier: string,
  more: Readonly<Record<string, string>> = {},
) {
  return callToken(url, {
    grant_type: 'authorization_code',
    client_id: 'assay-cli',
    redirect_uri: callback,
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
    ...more,
  });
}

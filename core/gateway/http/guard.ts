import { isIP } from 'node:net';
import { AssayError } from '@assay/sdk';
import type { Caller } from './caller.ts';

export interface Names {
  /** Origin of the configured public address, where there is one. */
  readonly publicUrl?: string | undefined;
  /** Host that the server listens on. */
  readonly host: string;
}

interface Asked {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
}

function hostname(authority: string): string | undefined {
  if (!/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(authority)) return undefined;
  return authority
    .replace(/:\d{1,5}$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
}

/**
 * A page of another site whose name was made to point here (DNS rebinding) still sends that name. So the names that
 * we answer to are few; addresses cannot be rebound.
 * @throws AssayError `request.host_refused`
 */
export function requireKnownHost({ publicUrl, host }: Names, asked: Asked): void {
  const name = hostname(asked.caller.host);
  const known = ['localhost', host.toLowerCase()];
  if (publicUrl) known.push(new URL(publicUrl).hostname.replace(/^\[|\]$/g, ''));
  if (name && (isIP(name) !== 0 || known.includes(name))) return;
  throw new AssayError(
    'request.host_refused',
    'The Host header names a server that this one is not; set the public address in the configuration.',
  );
}

/**
 * Where plain HTTP is only for the proxy, nobody gets past it.
 * @throws AssayError `request.proxy_required`
 */
export function requireProxy({ bypassed }: Caller): void {
  if (!bypassed) return;
  throw new AssayError(
    'request.proxy_required',
    'This listener speaks plain HTTP and answers its proxy alone; use the public address.',
  );
}

function ownOrigin({ host, secure }: Caller): string {
  return `${secure ? 'https' : 'http'}://${host}`;
}

/** How to reach this server from outside: `https://assay.example.org`. */
export function originOf({ publicUrl }: Names, caller: Caller): string {
  return publicUrl ? new URL(publicUrl).origin : ownOrigin(caller);
}

/**
 * Refuses what a browser says that another site made it send. Callers that are no browser send neither header, which
 * is not enough where only a page of ours can be behind the request (`fromPage`).
 * @throws AssayError `request.origin_refused`
 */
export function requireOwnOrigin(names: Names, asked: Asked, fromPage = false): void {
  const { origin, 'sec-fetch-site': site } = asked.headers;
  const ours = [originOf(names, asked.caller), ownOrigin(asked.caller)];
  const foreign = origin === undefined ? fromPage : !ours.includes(String(origin));
  if (!foreign && (site === undefined || site === 'same-origin' || site === 'none')) return;
  throw new AssayError(
    'request.origin_refused',
    'A page of another site made the browser send this request.',
  );
}

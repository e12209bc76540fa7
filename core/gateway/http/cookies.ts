/**
 * Cookies of our own. Over https every name has the prefix `__Host-`, with which a browser takes the cookie from this
 * very host over TLS alone: neither a neighbour under the same domain nor somebody on the wire can plant one.
 */
export interface CookieOptions {
  /** Whether the browser speaks https with us: `origin` begins with `https:`. */
  readonly secure: boolean;
  /** Seconds; without it the cookie lives as long as the browser's window. */
  readonly maxAge?: number;
}

function fullName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

/**
 * A `Set-Cookie` header. `SameSite=Lax`, since coming back from an identity provider or an OAuth client is a navigation
 * from another site, and it must find its session; a change from another site never carries it.
 * @param value - letters, digits and what else RFC 6265 allows; anything else is a mistake of the caller
 */
export function setCookie(name: string, value: string, { secure, maxAge }: CookieOptions): string {
  if (!/^\w+$/.test(name)) throw new TypeError(`"${name}" is no name for a cookie`);
  // What could end the value, or the header, would be somebody else's cookie.
  if (!/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(value))
    throw new TypeError(`the value of the cookie "${name}" has characters that a cookie cannot have`);
  return [
    `${fullName(name, secure)}=${value}`,
    'Path=/',
    ...(maxAge === undefined ? [] : [`Max-Age=${Math.max(0, Math.floor(maxAge))}`]),
    'HttpOnly',
    'SameSite=Lax',
    ...(secure ? ['Secure'] : []),
  ].join('; ');
}

/** A `Set-Cookie` header that removes it. */
export function clearCookie(name: string, { secure }: Pick<CookieOptions, 'secure'>): string {
  return setCookie(name, '', { secure, maxAge: 0 });
}

/**
 * The value of a cookie in a `Cookie` header. Two of the same name are none: one could have been planted by a
 * neighbour. Over https only the name with the prefix counts.
 */
export function readCookie(header: string | undefined, name: string, secure: boolean): string | undefined {
  const start = `${fullName(name, secure)}=`;
  const found = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start));
  const value = found.length === 1 ? found[0]?.slice(start.length) : undefined;
  return value === '' ? undefined : value;
}

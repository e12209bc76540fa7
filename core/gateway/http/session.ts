import { clearCookie, readCookie, setCookie } from './cookies.ts';

const name = 'assay_session';

/** The cookie of a session. It goes with the browser; how long the session is good for is decided on our side. */
export function sessionCookie(secret: string, secure: boolean): string {
  return setCookie(name, secret, { secure });
}

export function endedCookie(secure: boolean): string {
  return clearCookie(name, { secure });
}

export function readSessionCookie(header: string | undefined, secure: boolean): string | undefined {
  return readCookie(header, name, secure);
}

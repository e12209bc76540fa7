/** The cookie that the sign-in page sets. It opens addresses for reading (GET) and nothing else. */
export const cookieName = 'assay_session';

const hours = 12;

export function sessionCookie(token: string, secure: boolean): string {
  const parts = [
    `${cookieName}=${token}`,
    'Path=/',
    `Max-Age=${hours * 3600}`,
    'HttpOnly',
    'SameSite=Strict',
  ];
  return (secure ? [...parts, 'Secure'] : parts).join('; ');
}

/** The token in a `Cookie` header. Two of them are none: one could have been planted by a neighbour. */
export function readSessionCookie(header: string | undefined): string | undefined {
  const found = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${cookieName}=`));
  return found.length === 1 ? found[0]?.slice(cookieName.length + 1) : undefined;
}

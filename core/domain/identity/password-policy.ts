import { AssayError } from '@assay/sdk';

const least = 12;
const most = 200;
/** What people choose most among passwords that are long enough; compared without case, digits at the end and marks. */
const common: ReadonlySet<string> = new Set([
  'password',
  'passwordpassword',
  'passwort',
  'qwertyuiop',
  'qwertzuiop',
  'qwertyqwerty',
  'asdfghjkl',
  'letmein',
  'letmeinplease',
  'iloveyou',
  'welcome',
  'welcometo',
  'administrator',
  'adminadmin',
  'changeme',
  'changemenow',
  'correcthorsebatterystaple',
  'trustno',
  'abcdefghijkl',
  'abcdefghijklmnop',
  'assay',
  'assayassay',
]);

function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/[@4]/g, 'a')
    .replace(/[0]/g, 'o')
    .replace(/[$5]/g, 's')
    .replace(/[^a-z]/g, '');
}

function weak(detail: string): AssayError {
  return new AssayError('identity.password_weak', detail, {
    issues: [{ pointer: '/password', code: 'PASSWORD_WEAK', detail }],
  });
}

/**
 * Long, and not what everybody tries; no rules on which characters (NIST SP 800-63B, 3.1.1).
 * @param known names of the person, which must not be all of it
 * @throws AssayError `identity.password_weak` with what would be right
 */
export function requireGoodPassword(password: string, known: readonly string[]): void {
  const length = [...password].length;
  if (length < least)
    throw weak(
      `The password has ${length} characters; at least ${least} are needed. A few words are easy to remember.`,
    );
  if (length > most) throw weak(`The password has ${length} characters; at most ${most} are taken.`);
  if (new Set(password).size < 5)
    throw weak('The password repeats the same few characters; use more different ones.');
  const letters = bare(password);
  if (common.has(letters) || (letters === '' && /^(0?1234567890?)+\d*$/.test(password)))
    throw weak('This password is among those that are tried first; choose another.');
  if (known.some((name) => bare(name).length > 3 && letters === bare(name)))
    throw weak('The password is the name or the login; choose another.');
}

import { argon2, getFips, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AssayError } from '@assay/sdk';

const derive = { argon2: promisify(argon2), pbkdf2: promisify(pbkdf2) };

/** OWASP's first choice for argon2id (RFC 9106): 19 MiB, two passes; and its figure for PBKDF2-HMAC-SHA-512. */
const argonCost = { memory: 19_456, passes: 2, lanes: 1 };
const pbkdfRounds = 220_000;
const hashBytes = 32;
const saltBytes = 16;

/** Each takes 19 MiB and a processor for tens of milliseconds, so few run at once and few wait. */
const atOnce = 2;
const mostWaiting = 64;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) {
    if (waiting.length >= mostWaiting)
      throw new AssayError('request.limit_exceeded', 'Too many people sign in at this moment; try again.', {
        retryAfter: 2,
      });
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** What a password is hashed with, and the hash: one text, after the PHC string format. */
interface Encoded {
  readonly name: 'argon2id' | 'pbkdf2-sha512';
  readonly parameters: string;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const shape =
  /^\$(argon2id|pbkdf2-sha512)\$(v=19,m=\d{1,7},t=\d{1,3},p=\d{1,2}|i=\d{1,8})\$([\w+/]+)\$([\w+/]+)$/;

function current(): Pick<Encoded, 'name' | 'parameters'> {
  if (getFips() === 1) return { name: 'pbkdf2-sha512', parameters: `i=${pbkdfRounds}` };
  const { memory, passes, lanes } = argonCost;
  return { name: 'argon2id', parameters: `v=19,m=${memory},t=${passes},p=${lanes}` };
}

function number(parameters: string, name: string): number {
  return Number(new RegExp(`(?:^|,)${name}=(\\d+)`).exec(parameters)?.[1]);
}

/** Typed on different keyboards, the same letters must be the same bytes. */
function bytesOf(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'), 'utf8');
}

function stretch(password: string, { name, parameters, salt }: Omit<Encoded, 'hash'>): Promise<Buffer> {
  const message = bytesOf(password);
  return inTurn(() =>
    name === 'argon2id'
      ? derive.argon2('argon2id', {
          message,
          nonce: salt,
          memory: number(parameters, 'm'),
          passes: number(parameters, 't'),
          parallelism: number(parameters, 'p'),
          tagLength: hashBytes,
        })
      : derive.pbkdf2(message, salt, number(parameters, 'i'), hashBytes, 'sha512'),
  );
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/**
 * A password as it is stored: argon2id, or PBKDF2-HMAC-SHA-512 where only FIPS algorithms may be used.
 * @throws AssayError `request.limit_exceeded` where too many are computed at once
 */
export async function hashPassword(password: string): Promise<string> {
  const how = { ...current(), salt: randomBytes(saltBytes) };
  const hash = await stretch(password, how);
  return `$${how.name}$${how.parameters}$${base64(how.salt)}$${base64(hash)}`;
}

export interface PasswordVerdict {
  readonly right: boolean;
  /** Hashed with other parameters than today's: to be hashed anew while the password is at hand. */
  readonly outdated: boolean;
}

/** What nobody's password is held against, so that an unknown login takes as long as a known one. */
let nobody: Promise<string> | undefined;

/**
 * Holds a password against what is stored; `undefined` where there is no such account, which is never right and takes as
 * long.
 */
export async function checkPassword(password: string, encoded: string | undefined): Promise<PasswordVerdict> {
  nobody ??= hashPassword(randomBytes(16).toString('hex'));
  const [, name, parameters = '', salt = '', hash = ''] = shape.exec(encoded ?? (await nobody)) ?? [];
  if (!name) throw new TypeError('a stored password is not in the form that it was written in');
  const kind = name as Encoded['name'];
  const given = await stretch(password, { name: kind, parameters, salt: Buffer.from(salt, 'base64') });
  const want = Buffer.from(hash, 'base64');
  const equal = given.length === want.length && timingSafeEqual(given, want);
  const now = current();
  return {
    right: equal && encoded !== undefined,
    outdated: name !== now.name || parameters !== now.parameters,
  };
}

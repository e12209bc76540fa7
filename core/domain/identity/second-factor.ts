import { randomBytes } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { type PersonCipher, personCipher } from '../../base/encryption/index.ts';
import { checkTotp, makeTotpSecret, totpAddress } from '../../base/factors/index.ts';
import type { Deps } from '../deps.ts';
import { countAttempt, forgetAttempts } from './attempts.ts';
import type { Factor } from './session.ts';

type FactorDeps = Pick<Deps, 'database' | 'keys'>;

const recoveryCodes = 10;
/** Letters and digits that are not taken for one another. */
const alphabet = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const context = 'totp/v1';

interface Holder {
  readonly login: string;
  readonly totp: Buffer | null;
  readonly confirmed: boolean;
  readonly step: number;
  readonly cipher: PersonCipher;
}

/** Somebody with a local account; a second factor of ours is for these alone. */
async function findHolder({ keys }: FactorDeps, query: Query, principal: string): Promise<Holder> {
  const row = await query
    .selectFrom('assay.account as a')
    .innerJoin('assay.principal as p', 'p.id', 'a.principal_id')
    .select(['a.login', 'a.totp', 'a.totp_confirmed', 'a.totp_step', 'p.key_slot'])
    .where('a.principal_id', '=', principal)
    .executeTakeFirst();
  if (!row || row.key_slot === null)
    throw new AssayError(
      'user.not_found',
      'There is no local account here, so there is no second factor of it.',
    );
  const key = keys.slotKey(Number(row.key_slot));
  const cipher = personCipher(principal, key);
  key.fill(0);
  return {
    login: row.login,
    totp: row.totp,
    confirmed: row.totp_confirmed,
    step: Number(row.totp_step),
    cipher,
  };
}

function secretOf({ totp, cipher }: Holder): string | undefined {
  return totp ? cipher.unseal(context, totp).toString('utf8') : undefined;
}

export interface Enrolment {
  /** In base 32, to be typed in. */
  readonly secret: string;
  /** `otpauth://…`, for a QR code. */
  readonly address: string;
}

/** What an app needs to know; the same until it is confirmed. @throws AssayError `identity.factor_exists` */
export async function beginEnrolment(deps: FactorDeps, principal: string): Promise<Enrolment> {
  return deps.database.withPeople(null, async (query) => {
    const holder = await findHolder(deps, query, principal);
    if (holder.confirmed)
      throw new AssayError('identity.factor_exists', 'There is a second factor already; remove it first.');
    const secret = secretOf(holder) ?? makeTotpSecret();
    if (!holder.totp)
      await query
        .updateTable('assay.account')
        .set({ totp: holder.cipher.seal(context, Buffer.from(secret)) })
        .where('principal_id', '=', principal)
        .execute();
    return { secret, address: totpAddress(secret, holder.login) };
  });
}

function makeRecoveryCode(): string {
  const letters = Array.from(randomBytes(12), (byte) => alphabet[byte % alphabet.length]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}

function recoveryMac({ keys }: FactorDeps, principal: string, code: string): Buffer {
  return keys.mac('recovery', `${principal}:${code}`);
}

/** Ten codes that each work once, in place of all earlier ones; shown this once. Needs `withPeople`. */
export async function issueRecoveryCodes(
  deps: FactorDeps,
  query: Query,
  principal: string,
): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodes }, makeRecoveryCode);
  await query.deleteFrom('assay.recovery_code').where('principal_id', '=', principal).execute();
  await query
    .insertInto('assay.recovery_code')
    .values(
      codes.map((code) => ({
        principal_id: principal,
        mac: recoveryMac(deps, principal, code),
        used_at: null,
      })),
    )
    .execute();
  return codes;
}

/**
 * The first right code confirms the app. Needs `withPeople`.
 * @returns recovery codes, or undefined where the code is wrong
 */
export async function confirmEnrolment(
  deps: FactorDeps,
  query: Query,
  principal: string,
  code: string,
): Promise<string[] | undefined> {
  const holder = await findHolder(deps, query, principal);
  const secret = secretOf(holder);
  if (!secret || holder.confirmed)
    throw new AssayError('identity.factor_exists', 'There is nothing to confirm.');
  const step = checkTotp(secret, code.replace(/\s/g, ''), holder.step);
  if (step === undefined) return undefined;
  await query
    .updateTable('assay.account')
    .set({ totp_confirmed: true, totp_step: step })
    .where('principal_id', '=', principal)
    .execute();
  return issueRecoveryCodes(deps, query, principal);
}

/** Takes the second factor away, with its recovery codes. Needs `withPeople`. */
export async function removeFactor(query: Query, principal: string): Promise<void> {
  await query
    .updateTable('assay.account')
    .set({ totp: null, totp_confirmed: false, totp_step: 0 })
    .where('principal_id', '=', principal)
    .execute();
  await query.deleteFrom('assay.recovery_code').where('principal_id', '=', principal).execute();
}

async function takeTotp(deps: FactorDeps, principal: string, code: string): Promise<boolean> {
  return deps.database.withPeople(null, async (query) => {
    const holder = await findHolder(deps, query, principal);
    const secret = holder.confirmed ? secretOf(holder) : undefined;
    const step = secret ? checkTotp(secret, code, holder.step) : undefined;
    if (step === undefined) return false;
    // Two requests with the same code at once: one of them finds the step taken.
    const taken = await query
      .updateTable('assay.account')
      .set({ totp_step: step })
      .where('principal_id', '=', principal)
      .where('totp_step', '<', String(step))
      .returning('principal_id')
      .executeTakeFirst();
    return taken !== undefined;
  });
}

async function takeRecoveryCode(deps: FactorDeps, principal: string, code: string): Promise<boolean> {
  return deps.database.withPeople(null, async (query) => {
    const taken = await query
      .updateTable('assay.recovery_code')
      .set({ used_at: new Date() })
      .where('principal_id', '=', principal)
      .where('mac', '=', recoveryMac(deps, principal, code.toUpperCase()))
      .where('used_at', 'is', null)
      .returning('principal_id')
      .executeTakeFirst();
    return taken !== undefined;
  });
}

/**
 * Uses a code up: of the app (six digits), or a recovery code.
 * @returns what was proved (RFC 8176, `rc` for a recovery code), or undefined where it is wrong or was used
 * @throws AssayError `identity.locked`
 */
export async function takeCode(
  deps: FactorDeps,
  principal: string,
  text: string,
): Promise<Factor | undefined> {
  const code = text.replace(/\s/g, '');
  await countAttempt(deps, 'code', principal);
  const factor = /^\d{6}$/.test(code)
    ? (await takeTotp(deps, principal, code)) && 'otp'
    : (await takeRecoveryCode(deps, principal, code)) && 'rc';
  if (!factor) return undefined;
  await forgetAttempts(deps, 'code', principal);
  return factor;
}

import { NodeCryptoPlugin } from '@otplib/plugin-crypto-node';
import { generateSecret, generateURI, verifySync } from 'otplib';

/** Node's own cryptography, so that a validated provider is used where there is one. */
const crypto = new NodeCryptoPlugin();
const periodSeconds = 30;

/** 160 random bits in base 32, as authenticator apps take them. */
export function makeTotpSecret(): string {
  return generateSecret({ crypto, length: 20 });
}

/** What an app reads from a QR code: `otpauth://totp/…`, six digits, 30 seconds, HMAC-SHA-1 (what every app can). */
export function totpAddress(secret: string, label: string): string {
  return generateURI({ issuer: 'Assay', label, secret });
}

/**
 * Holds a code against a secret, one step before and after now as clocks differ.
 * @param after the time step of the last code that was taken: that one and all before are refused
 * @param now seconds since 1970
 * @returns the time step of the code, or undefined where it is wrong or was used
 */
export function checkTotp(
  secret: string,
  code: string,
  after: number,
  now = Math.floor(Date.now() / 1000),
): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const options = { secret, token: code, crypto, epoch: now, epochTolerance: periodSeconds };
  const result = verifySync({ ...options, ...(after > 0 ? { afterTimeStep: after } : {}) });
  return result.valid && 'timeStep' in result ? Number(result.timeStep) : undefined;
}

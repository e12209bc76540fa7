import { AssayError } from '@assay/sdk';
import { type JWTPayload, errors as joseErrors, jwtVerify } from 'jose';
import type { Vouched } from '../../../domain/identity/index.ts';
import type { Discovered } from './discovery.ts';
import type { ProviderSettings } from './settings.ts';

const toleranceSeconds = 30;
const freshSeconds = 600;
/** RFC 8176, and what providers say of a sign-in with more than one factor in `acr`. */
const strongAcr = /(^|[:/])(mfa|2fa|multifactor|aal[23]|loa[34]|gold)$/i;

function refuse(reason: string, cause?: unknown): AssayError {
  return new AssayError(
    'identity.sign_in_failed',
    `The identity provider's answer was not accepted: ${reason}.`,
    { cause },
  );
}

function strings(value: unknown): string[] {
  // A single text is not a list of one: a provider that says "admins" for a list says it by mistake.
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : [];
}

function requireParty(payload: JWTPayload, clientId: string): void {
  const several = Array.isArray(payload.aud) && payload.aud.length > 1;
  if (several && payload.azp === undefined) throw refuse('it was made for several and says not for whom');
  if (payload.azp !== undefined && payload.azp !== clientId)
    throw refuse('it was made for another application');
}

function requireStrength(payload: JWTPayload, settings: ProviderSettings): void {
  const { requireAcr, requireAmr } = settings;
  const amr = strings(payload.amr);
  if (requireAcr.length > 0 && !requireAcr.includes(String(payload.acr)))
    throw refuse('it does not say that you signed in strongly enough (acr); use a second factor there');
  if (requireAmr.length > 0 && !requireAmr.some((each) => amr.includes(each)))
    throw refuse('it does not say that you used a second factor (amr)');
}

function nameOf(payload: JWTPayload): string {
  const given = [payload.name, payload.preferred_username].find(
    (each): each is string => typeof each === 'string' && each.trim() !== '',
  );
  // Neither control characters nor what turns the direction of a line: a name stands in pages and reports.
  const clean = (given ?? 'unnamed').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  return clean.slice(0, 120) || 'unnamed';
}

/**
 * Whom an id_token vouches for: signed by a key that the provider publishes, made by it, for us, now, and for this very
 * browser (`nonce`). Nothing else of the provider's answer counts.
 * @throws AssayError `identity.sign_in_failed`
 */
export async function readIdToken(
  settings: ProviderSettings,
  discovered: Discovered,
  token: unknown,
  nonce: string,
): Promise<Vouched> {
  if (typeof token !== 'string') throw refuse('it holds no id_token');
  try {
    const { payload } = await jwtVerify(token, discovered.keys, {
      algorithms: [...discovered.algorithms],
      issuer: settings.issuer,
      audience: settings.clientId,
      requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
      clockTolerance: toleranceSeconds,
      maxTokenAge: freshSeconds,
    });
    if (payload.nonce !== nonce) throw refuse('it was made for another browser');
    if (typeof payload.sub !== 'string' || payload.sub === '') throw refuse('it does not say who you are');
    requireParty(payload, settings.clientId);
    requireStrength(payload, settings);
    const strong = typeof payload.acr === 'string' && strongAcr.test(payload.acr) ? ['mfa'] : [];
    return {
      provider: settings.name,
      issuer: settings.issuer,
      subject: payload.sub,
      name: nameOf(payload),
      groups: strings(payload[settings.groupsClaim]),
      factors: [...new Set([...strings(payload.amr).slice(0, 10), ...strong])],
      mapping: settings.roles,
    };
  } catch (error) {
    if (error instanceof joseErrors.JWKSTimeout)
      throw new AssayError('identity.provider_unavailable', `${settings.title} does not answer.`, {
        cause: error,
      });
    if (error instanceof joseErrors.JOSEError)
      throw refuse('its id_token is not genuine, or not for this', error);
    throw error;
  }
}

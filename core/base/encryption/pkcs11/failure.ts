import type { AssayError } from '@assay/sdk';
import { keyUnavailable } from '../wrapped-key.ts';
import {
  CKF_USER_PIN_FINAL_TRY,
  CKF_USER_PIN_INITIALIZED,
  CKF_USER_PIN_LOCKED,
  returnName,
} from './standard.ts';

/** A call that the module answered with something else than CKR_OK. Its text never holds more than the two names. */
export class DeviceFailure extends Error {
  readonly call: string;
  readonly value: ReturnType<typeof returnName>;

  constructor(call: string, value: number) {
    const name = returnName(value);
    super(`${call} gave ${name}`);
    this.name = 'DeviceFailure';
    this.call = call;
    this.value = name;
  }
}

/** The token is in no slot of the module. The text says which are. */
export class TokenAbsent extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TokenAbsent';
  }
}

/** After these a new session may help: the token came back, another process changed it, the module was restarted. */
const lost: readonly string[] = [
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SESSION_CLOSED',
  'CKR_DEVICE_REMOVED',
  'CKR_DEVICE_ERROR',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_TOKEN_NOT_RECOGNIZED',
  'CKR_USER_NOT_LOGGED_IN',
  'CKR_CRYPTOKI_NOT_INITIALIZED',
  'CKR_SLOT_ID_INVALID',
  'CKR_KEY_HANDLE_INVALID',
  'CKR_OBJECT_HANDLE_INVALID',
  // Left over from an operation that failed between its two calls.
  'CKR_OPERATION_ACTIVE',
  'CKR_OPERATION_NOT_INITIALIZED',
  'CKR_GENERAL_ERROR',
  'CKR_FUNCTION_FAILED',
];

export function isLost(error: unknown): boolean {
  return error instanceof TokenAbsent || (error instanceof DeviceFailure && lost.includes(error.value));
}

/** What C_Decrypt says of a tag that does not fit. Some say no more than that they failed. */
const altered: readonly string[] = [
  'CKR_ENCRYPTED_DATA_INVALID',
  'CKR_ENCRYPTED_DATA_LEN_RANGE',
  'CKR_AEAD_DECRYPT_FAILED',
];
const vague: readonly string[] = ['CKR_GENERAL_ERROR', 'CKR_FUNCTION_FAILED', 'CKR_DEVICE_ERROR'];

/** Whether a failed C_Decrypt means that the bytes were altered, or may mean that as well as a broken device. */
export function decryptVerdict(error: unknown): 'altered' | 'unclear' | 'device' {
  if (!(error instanceof DeviceFailure) || error.call !== 'C_Decrypt') return 'device';
  if (altered.includes(error.value)) return 'altered';
  return vague.includes(error.value) ? 'unclear' : 'device';
}

/** Where the PIN is at fault, so that another try with it can only count against the token. */
export function isPinRefused(error: unknown): boolean {
  return error instanceof DeviceFailure && /^CKR_PIN_|^CKR_USER_PIN_/.test(error.value);
}

const remedies: Readonly<Record<string, string>> = {
  CKR_PIN_INCORRECT:
    'The PIN is wrong. It is not tried again, since tokens lock; set the right one and start anew.',
  CKR_PIN_INVALID: 'The PIN is wrong: it has characters that the token does not take. It is not tried again.',
  CKR_PIN_LEN_RANGE: 'The PIN is wrong: the token takes none of this length. It is not tried again.',
  CKR_PIN_EXPIRED: "The PIN has expired. Set a new one with the maker's tool and start anew.",
  CKR_PIN_LOCKED: 'The PIN is locked after wrong tries. The security officer of the token must unlock it.',
  CKR_USER_PIN_NOT_INITIALIZED: 'The token has no user PIN yet. Its security officer must set one.',
  CKR_DEVICE_REMOVED: 'The token was removed. Put it back, or make its device reachable again.',
  CKR_TOKEN_NOT_PRESENT: 'The token is not in its slot. Put it back, or make its device reachable again.',
  CKR_TOKEN_NOT_RECOGNIZED: 'The device is there, but the token in it is not recognised. Is it initialised?',
  CKR_TOKEN_WRITE_PROTECTED: 'The token is write-protected, so that no key can be made or destroyed.',
  CKR_DEVICE_MEMORY: 'The token is full. Destroy keys that are no longer needed, or use another token.',
  CKR_SESSION_COUNT: 'The token has no session left. Close other programs that use it, or raise its limit.',
  CKR_MECHANISM_INVALID:
    'The token cannot do what is needed: AES-256 with GCM, and Ed25519 to sign. Use another token.',
  CKR_MECHANISM_PARAM_INVALID:
    'The token does not take the parameters of AES-GCM with a 12-byte IV and a 16-byte tag.',
  CKR_CURVE_NOT_SUPPORTED: 'The token cannot do Ed25519. Use another token.',
};

/** A failure of the device as the product reports it: what was asked, what came, and what to do. */
export function inWords(failure: DeviceFailure | TokenAbsent, token: string): AssayError {
  if (failure instanceof TokenAbsent) return keyUnavailable(failure.message, failure);
  const remedy =
    remedies[failure.value] ??
    "See whether the device is reachable and in order, with its maker's tools and in its log; then start anew.";
  return keyUnavailable(`The PKCS#11 token ${JSON.stringify(token)}: ${failure.message}. ${remedy}`, failure);
}

/**
 * What the flags of a token forbid before a PIN is tried. With one try left the token would lock on a wrong PIN, and a
 * supervisor that starts the product again would give it the first wrong one, the second and the last.
 */
export function loginRefusal(flags: number, token: string): AssayError | undefined {
  const name = `The PKCS#11 token ${JSON.stringify(token)}`;
  if ((flags & CKF_USER_PIN_INITIALIZED) === 0)
    return keyUnavailable(`${name} has no user PIN yet. Its security officer must set one.`);
  if ((flags & CKF_USER_PIN_LOCKED) !== 0) return keyUnavailable(`${name}: ${remedies.CKR_PIN_LOCKED}`);
  if ((flags & CKF_USER_PIN_FINAL_TRY) !== 0)
    return keyUnavailable(
      `${name} has one PIN try left before it locks, so none is made. Log in to it once with the right PIN and the ` +
        "maker's tool (or pkcs11-tool --login --list-objects), which resets the count; then start anew.",
    );
  return undefined;
}

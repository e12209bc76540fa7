import { randomBytes } from 'node:crypto';
import { ciphertextInvalid, gcmOverheadBytes, ivBytes, keyBytes, tagBytes } from '../gcm.ts';
import { keyUnavailable } from '../wrapped-key.ts';
import { attribute, transform } from './calls.ts';
import { decryptVerdict } from './failure.ts';
import { keyHandle, labelled, noKey, type OpenSession } from './keys.ts';
import { CKA_EC_POINT, CKM_AES_GCM, CKM_EDDSA, CKO_PUBLIC_KEY } from './standard.ts';
import { packGcm } from './structures.ts';

const publicKeyBytes = 32;
const signatureBytes = 64;

export function seal(at: OpenSession, label: string, plain: Buffer, aad: Buffer): Buffer {
  // The module may write the IV itself into this buffer; so it is read from here afterwards.
  const iv = randomBytes(ivBytes);
  const body = transform(at.cryptoki, at.session, 'C_Encrypt', {
    key: keyHandle(at, label, 'secret'),
    mechanism: CKM_AES_GCM,
    parameter: packGcm(iv, aad, 8 * tagBytes, at.cryptoki.addressOf),
    input: plain,
    room: plain.length + tagBytes,
  });
  return Buffer.concat([iv, body]);
}

export function open(at: OpenSession, label: string, sealed: Buffer, aad: Buffer): Buffer {
  if (sealed.length < gcmOverheadBytes) throw doesNotAuthenticate(label);
  const key = keyHandle(at, label, 'secret');
  try {
    return decrypt(at, key, sealed, aad);
  } catch (error) {
    const verdict = decryptVerdict(error);
    if (verdict === 'altered' || (verdict === 'unclear' && stillWorks(at, label)))
      throw doesNotAuthenticate(label, error);
    throw error;
  }
}

export function sign(at: OpenSession, label: string, bytes: Buffer): Buffer {
  return transform(at.cryptoki, at.session, 'C_Sign', {
    key: keyHandle(at, label, 'signing'),
    mechanism: CKM_EDDSA,
    input: bytes,
    room: signatureBytes,
  });
}

export function publicKey(at: OpenSession, label: string): Buffer {
  const [object] = labelled(at, label, CKO_PUBLIC_KEY);
  if (object === undefined) throw noKey(at, label, 'public');
  const point = attribute(at.cryptoki, at.session, object, CKA_EC_POINT);
  // The point itself, or the point as a DER OCTET STRING, which is what most tokens give.
  const raw =
    point.length === publicKeyBytes + 2 && point.readUInt16BE(0) === 0x0420 ? point.subarray(2) : point;
  if (raw.length === publicKeyBytes) return Buffer.from(raw);
  throw keyUnavailable(
    `The PKCS#11 token ${JSON.stringify(at.token)} gives ${point.length} bytes as the public key ${JSON.stringify(label)}; ` +
      'Ed25519 has 32. Was the key made by another program? Destroy it and have it made anew.',
  );
}

/** True where the same key still opens what it seals: then the token is well, and the bytes were at fault. */
function stillWorks(at: OpenSession, label: string): boolean {
  const [plain, aad] = [randomBytes(keyBytes), randomBytes(1)];
  const sealed = seal(at, label, plain, aad);
  return decrypt(at, keyHandle(at, label, 'secret'), sealed, aad).equals(plain);
}

function decrypt(at: OpenSession, key: bigint, sealed: Buffer, aad: Buffer): Buffer {
  return transform(at.cryptoki, at.session, 'C_Decrypt', {
    key,
    mechanism: CKM_AES_GCM,
    parameter: packGcm(sealed.subarray(0, ivBytes), aad, 8 * tagBytes, at.cryptoki.addressOf),
    input: sealed.subarray(ivBytes),
    room: sealed.length,
  });
}

function doesNotAuthenticate(label: string, cause?: unknown): Error {
  return ciphertextInvalid(
    `What was sealed under the key ${JSON.stringify(label)} of the token does not authenticate: it was altered, or made for something else.`,
    cause,
  );
}

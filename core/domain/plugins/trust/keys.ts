import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { AssayError } from '@assay/sdk';

/** What publishers sign with. Both are made and kept by the publisher; Assay has neither of its own. */
export const keyKinds = ['ed25519', 'p-256'] as const;
export type KeyKind = (typeof keyKinds)[number];

export interface PublisherKey {
  /** SHA-256 of the public key (SubjectPublicKeyInfo), in hexadecimal: how policies, signatures and people name it. */
  readonly id: string;
  readonly key: KeyObject;
}

function requireKind(key: KeyObject, what: string): KeyObject {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519' || (type === 'ec' && details?.namedCurve === 'prime256v1')) return key;
  throw new AssayError('config.invalid', `${what} is ${type ?? 'no key'}; Ed25519 and P-256 are taken.`);
}

export function keyId(key: KeyObject): string {
  const spki = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}

/** A public key. @param what how a sentence calls it @throws AssayError config.invalid */
export function readPublicKey(pem: string, what: string): PublisherKey {
  if (pem.includes('PRIVATE KEY'))
    throw new AssayError('config.invalid', `${what} is a private key; the public one belongs there.`);
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw new AssayError('config.invalid', `${what} is no public key in PEM.`, { cause });
  }
  return { id: keyId(requireKind(key, what)), key };
}

/** A private key, opened with its passphrase where it has one. @throws AssayError config.invalid */
export function readPrivateKey(pem: string, what: string, passphrase?: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    if (pem.includes('ENCRYPTED'))
      throw new AssayError('config.invalid', `${what} has another passphrase, or needs one.`, { cause });
    throw new AssayError('config.invalid', `${what} is no private key in PEM.`, { cause });
  }
  return requireKind(key, what);
}

/** A new pair, in PEM; the private one encrypted where a passphrase is given. */
export function makeKeyPair(
  kind: KeyKind,
  passphrase?: string,
): { readonly id: string; readonly privatePem: string; readonly publicPem: string } {
  const pair =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const sealed = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return {
    id: keyId(pair.publicKey),
    privatePem: pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...sealed }).toString(),
    publicPem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type NoteSigner, verifierKey } from '../index.ts';

/** PKCS #8 of an Ed25519 key up to its 32-byte seed (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A signer from a seed of 32 bytes, with the text of its verifier key. */
export function signerOf(name: string, seed: Uint8Array): NoteSigner & { vkey: string; secret: KeyObject } {
  const der = Buffer.concat([pkcs8Prefix, seed]);
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    name,
    publicKey,
    secret,
    vkey: verifierKey(name, publicKey),
    sign: async (bytes) => sign(null, bytes, secret),
  };
}

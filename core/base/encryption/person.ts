import { hkdfSync } from 'node:crypto';
import { canonicalBytes } from './canonical.ts';
import { gcmOpen, gcmSeal, keyBytes, secretKey } from './gcm.ts';

/** Seals what is known of a person so that it ends with that person's key; of no workspace. */
export interface PersonCipher {
  /** `iv (12) | ciphertext | tag (16)`, bound to the context. */
  seal(context: string, plain: Uint8Array): Buffer;
  /** Fails with `encryption.ciphertext_invalid`. */
  unseal(context: string, sealed: Uint8Array): Buffer;
}

/** @param slotKey of the person's slot, as the key source answers it; copied, the caller may wipe it */
export function personCipher(person: string, slotKey: Uint8Array): PersonCipher {
  const raw = new Uint8Array(hkdfSync('sha256', slotKey, '', `assay/person/v1:${person}`, keyBytes));
  const key = secretKey(raw);
  raw.fill(0);
  const aad = (context: string) => canonicalBytes('assay/personal/v1', [person, context]);
  const altered =
    'What is known of the person does not authenticate: it was altered, or belongs somewhere else.';
  return {
    seal: (context, plain) => gcmSeal(key, plain, aad(context)),
    unseal: (context, sealed) => gcmOpen(key, sealed, aad(context), altered),
  };
}

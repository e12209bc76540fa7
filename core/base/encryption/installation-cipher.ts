import type { KeySource } from './key-source.ts';
import { type PersonCipher, personCipher } from './person.ts';

/**
 * Seals what belongs to the installation and to nobody in it, such as what the authorization server keeps; under a key
 * of its own for each label.
 */
export function installationCipher(keys: Pick<KeySource, 'mac'>, label: string): PersonCipher {
  const key = keys.mac(`cipher/${label}`, 'v1');
  try {
    return personCipher(`installation/${label}`, key);
  } finally {
    key.fill(0);
  }
}

export type { KeyContext } from './canonical.ts';
export {
  type Cipher,
  type KeyVersion,
  type ObjectIdentity,
  objectAad,
  type WorkspaceCipher,
  workspaceCipher,
} from './envelope.ts';
export {
  decryptFloe,
  decryptFloeRange,
  encryptFloe,
  type FloeOptions,
  type FloeSegmentBytes,
  floeCiphertextBytes,
} from './floe.ts';
export type { ReadRange } from './floe-range.ts';
export { installationCipher } from './installation-cipher.ts';
export type { KeySource, KeySourceDescription, KeySourceHealth } from './key-source.ts';
export { newSlot } from './key-tree.ts';
export type { KeyVault } from './key-vault.ts';
export { createKeyring, type KeyringOptions, openKeyring } from './keyring.ts';
export type { DestroyedKey } from './keyring-content.ts';
export { checkPassword, hashPassword } from './password.ts';
export { type PersonCipher, personCipher } from './person.ts';
export { openPkcs11, type Pkcs11Options } from './pkcs11/index.ts';
export { watchKeys } from './watched-keys.ts';
export type { WrappedKey } from './wrapped-key.ts';

export type { KeyContext } from './canonical.ts';
export {
  type ObjectIdentity,
  objectAad,
  sealedKeyVersion,
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
export type { KeyProvider, KeyProviderDescription, KeyProviderHealth } from './key-provider.ts';
export { createKeyring, type Keyring, type KeyringOptions, openKeyring } from './keyring.ts';
export type { WrappedKey } from './wrapped-key.ts';

import {
  createKeyring,
  type KeyringOptions,
  type KeySource,
  openKeyring,
  openPkcs11,
  type Pkcs11Options,
  watchKeys,
} from './base/encryption/index.ts';
import type { Logger } from './base/telemetry/index.ts';

/** Where the keys of the installation are, with the secrets that open them. Never logged. */
export interface KeySettings {
  /** Keyring file. */
  readonly file: string;
  readonly passphrase?: string;
  /** A security module that keeps the root key and the key of the audit log, and seals the keyring file. */
  readonly pkcs11?: Pkcs11Options;
  /** Days for which backups of the keyring are kept. */
  readonly backupDays: number;
}

function optionsOf({ file, passphrase, pkcs11 }: KeySettings): KeyringOptions {
  return {
    file,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(pkcs11 === undefined ? {} : { vault: { name: 'pkcs11', open: () => openPkcs11(pkcs11) } }),
  };
}

/** Opens the keys, or makes new ones where there is no keyring file yet. */
export async function prepareKeys(settings: KeySettings, exists: boolean): Promise<KeySource> {
  const options = optionsOf(settings);
  return exists ? openKeyring(options) : createKeyring(options);
}

/** The keys of a running part, which stays up without them. */
export function openKeys(settings: KeySettings, log: Logger): Promise<KeySource> {
  return watchKeys(
    () => openKeyring(optionsOf(settings)),
    (reason) =>
      reason === undefined
        ? log.info('the keys can be used')
        : log.error({ reason }, 'the keys cannot be used: nothing stored is read or written until they can'),
  );
}

import type { Config, KeySettings } from '@assay/core';
import { AssayError } from '@assay/sdk';
import type { DataDirectory } from './data-directory.ts';
import { readSecret } from './secret.ts';

/** Where the keys are, with the secrets that open them, as the configuration says. */
export async function keySettings(config: Config, data: DataDirectory): Promise<KeySettings> {
  const { file, passphraseFile, backupDays, module, token, pinFile } = config.keys;
  if (Boolean(module) !== Boolean(token && pinFile))
    throw new AssayError(
      'config.invalid',
      'A security module needs all three of keys.module, keys.token and keys.pinFile.',
    );
  return {
    file: file ?? data.keyring,
    backupDays,
    ...(module && token && pinFile
      ? { pkcs11: { module, token, pin: await readSecret('keys.pinFile', pinFile) } }
      : {}),
    ...(passphraseFile ? { passphrase: await readSecret('keys.passphraseFile', passphraseFile) } : {}),
  };
}

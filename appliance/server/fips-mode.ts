import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { Config } from '@assay/core';
import { AssayError } from '@assay/sdk';

/** How a process is started so that it computes with the operator's FIPS provider. */
export interface FipsMode {
  /** Absolute path of the OpenSSL configuration that activates the provider. */
  readonly opensslConfig: string;
}

/**
 * The mode that is configured; undefined where it is not FIPS.
 * @throws AssayError `config.invalid` where the file is not named or cannot be read
 */
export function fipsModeOf({ crypto }: Pick<Config, 'crypto'>): FipsMode | undefined {
  if (crypto.profile !== 'fips') return undefined;
  if (crypto.opensslConfig === undefined)
    throw new AssayError(
      'config.invalid',
      'crypto.profile is fips, so crypto.opensslConfig must name an OpenSSL configuration that activates your FIPS provider; see docs/security/fips.md.',
    );
  const opensslConfig = path.resolve(crypto.opensslConfig);
  try {
    accessSync(opensslConfig, constants.R_OK);
  } catch (cause) {
    throw new AssayError(
      'config.invalid',
      `The OpenSSL configuration ${opensslConfig}, named by crypto.opensslConfig, cannot be read; correct the path, or let this user read it.`,
      { cause },
    );
  }
  return { opensslConfig };
}

/** Arguments of Node: `--force-fips` is `--enable-fips` that no code can take back. */
export function fipsArguments(mode: FipsMode | undefined): string[] {
  return mode ? ['--force-fips', `--openssl-config=${mode.opensslConfig}`] : [];
}

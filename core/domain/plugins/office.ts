import type { Given, Receipt, Standing } from './installed/index.ts';

export interface Version {
  readonly name: string;
  readonly version: string;
}

/**
 * Who keeps the installed plugins: neither api nor worker, which only ask. An answer comes once every part has the plugins of
 * after it.
 */
export interface PluginOffice {
  /** @throws AssayError plugin.refused, plugin.exists */
  install(what: {
    readonly package: Buffer;
    readonly signatures: readonly string[];
    readonly by: string;
  }): Promise<Receipt>;
  /** @throws AssayError plugin.not_found */
  setStanding(which: Version, standing: Standing): Promise<void>;
  /** @throws AssayError plugin.not_found */
  remove(which: Version): Promise<void>;
  /** The package of an installed version, as it came. @throws AssayError plugin.not_found, plugin.digest_mismatch */
  give(which: Version): Promise<Given>;
  /** Takes a newer signed list of what is revoked. @throws AssayError plugin.refused */
  revoke(list: string): Promise<{ readonly number: number; readonly expires: string }>;
}

import { createHmac, randomBytes } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { Database } from './base/database/index.ts';
import type { KeySource } from './base/encryption/index.ts';
import { createLimits, type LimitSettings, type Limits } from './base/limits/index.ts';
import type { Logger } from './base/telemetry/index.ts';

/**
 * By what a count is known in the database. While the keys were never there, by a key of this process: requests are
 * then counted for it alone, but they are counted.
 */
function digester(keys: KeySource): (key: string) => string {
  const own = randomBytes(32);
  return (key) => {
    try {
      return keys.mac('limit', key).toString('base64url');
    } catch (error) {
      if (!AssayError.is(error, 'encryption.key_unavailable')) throw error;
      return createHmac('sha256', own).update(key).digest('base64url');
    }
  };
}

/** The limits of this process, over the same database as its use cases. */
export function openLimits(
  { database, keys, log }: { readonly database: Database; readonly keys: KeySource; readonly log: Logger },
  settings: LimitSettings,
): Limits {
  return createLimits({
    ask: (statement) => database.runStatement(statement),
    digest: digester(keys),
    settings,
    onNews: (err) =>
      err
        ? log.warn({ err }, 'limits are kept in memory alone: the database cannot be asked')
        : log.info('limits are kept in the database again'),
  });
}

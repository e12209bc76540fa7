import { type Context, requirePermission } from '../access/index.ts';
import { type LogKeys, logKeysOf } from '../audit/index.ts';
import type { Deps } from '../deps.ts';

/** The public keys of the log, to be kept by whoever will verify it. */
export async function getLogKeys(deps: Pick<Deps, 'keys'>, context: Context): Promise<LogKeys> {
  requirePermission(context, 'audit:read');
  deps.keys.require();
  return logKeysOf(deps.keys);
}

import { AssayError } from '@assay/sdk';
import { UsageError } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** Brings whole runtimes with it: loaded by these commands alone. */
export const authoring = () => import('@assay/authoring');

const misuses: ReadonlySet<string> = new Set([
  'plugin.not_found',
  'plugin.manifest_invalid',
  'plugin.refused',
  'config.invalid',
]);

/** What the author named is not there, or cannot be: a matter of how the command was used. */
export async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!AssayError.is(error) || !misuses.has(error.code)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

/** Says every finding on a line of its own. */
export function tellFindings(findings: readonly string[], terminal: Terminal): void {
  for (const finding of findings) terminal.say(`✗ ${finding}`);
}

import type { Validator } from '../../base/validation/index.ts';
import type { Trial } from '../../base/validation/trial.ts';
import { loadPlugins } from './load.ts';
import type { PluginSource } from './registry.ts';

/**
 * Loads plugins that the release does not vouch for with their schemas in another process (`createTrial`), for those that may
 * start one: neither api nor worker may.
 * @returns the same sources, each with what speaks against it
 */
export async function tryPlugins(
  validator: Validator,
  sources: readonly PluginSource[],
  trial: Trial,
): Promise<PluginSource[]> {
  const { plugins } = await loadPlugins(validator, sources, trial);
  return sources.map((source, i) => ({ ...source, refused: plugins[i]?.reasons ?? [] }));
}

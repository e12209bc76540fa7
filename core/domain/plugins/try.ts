import type { Validator } from '../../base/validation/index.ts';
import type { Trial } from '../../base/validation/trial.ts';
import { loadPlugins } from './load.ts';
import { lookAlike } from './look-alike.ts';
import type { PluginSource } from './registry.ts';

/**
 * Loads plugins that the release does not vouch for with their schemas in another process (`createTrial`), for those that may
 * start one: neither api nor worker may.
 * @param shipped names of the release's own plugins, which no other may be taken for
 * @returns the same sources, each with what speaks against it
 */
export async function tryPlugins(
  validator: Validator,
  sources: readonly PluginSource[],
  trial: Trial,
  shipped: readonly string[],
): Promise<PluginSource[]> {
  const { plugins } = await loadPlugins(validator, sources, trial);
  return sources.map((source, i) => {
    const taken = lookAlike(source.name, shipped);
    const alike = taken ? [`its name could be taken for "${taken}", which ships with Assay`] : [];
    return { ...source, refused: [...alike, ...(plugins[i]?.reasons ?? [])] };
  });
}

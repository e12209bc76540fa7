import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import type { LoadedPlugin } from './registry.ts';

export interface PluginView {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly state: LoadedPlugin['state'];
  /** Why it is not enabled, one line a finding. */
  readonly reasons: readonly string[];
  readonly trust: LoadedPlugin['trust'];
  readonly signature: LoadedPlugin['signature'];
  /** What to use instead, or until when. */
  readonly deprecated?: string;
  readonly tools: readonly string[];
}

/** Every plugin that was found, also those that were quarantined. */
export function listPlugins(deps: Pick<Deps, 'plugins'>, context: Context): PluginView[] {
  requirePermission(context, 'plugins:read');
  return deps.plugins.plugins.map(
    ({ name, version, digest, state, reasons, trust, signature, deprecated, tools }) => ({
      ...{ name, version, digest, state, reasons, trust, signature },
      ...(deprecated === undefined ? {} : { deprecated }),
      tools: tools.map((t) => t.name),
    }),
  );
}

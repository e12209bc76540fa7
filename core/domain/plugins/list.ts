import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import type { Asks } from './asks.ts';
import { missingGrant, readChoices } from './choices.ts';
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
  readonly asks: Asks;
  /** What it asks for beyond what the workspace granted it, in words; it takes none of its jobs before that is granted. */
  readonly missing: readonly string[];
  readonly tools: readonly string[];
}

/** Every plugin that was found, also those that were quarantined. */
export async function listPlugins(
  deps: Pick<Deps, 'plugins' | 'database'>,
  context: Context,
): Promise<PluginView[]> {
  requirePermission(context, 'plugins:read');
  return viewPlugins(deps, context);
}

/** The same for an act that has asked for its own permission, and answers with what came of it. */
export async function viewPlugins(
  deps: Pick<Deps, 'plugins' | 'database'>,
  context: Context,
): Promise<PluginView[]> {
  const choices = await deps.database.withWorkspace(context.workspace, readChoices);
  return deps.plugins.plugins.map((plugin) => {
    const { name, version, digest, state, reasons, trust, signature, deprecated, asks, tools } = plugin;
    return {
      ...{ name, version, digest, state, reasons, trust, signature, asks },
      ...(deprecated === undefined ? {} : { deprecated }),
      missing: state === 'enabled' ? missingGrant(choices, plugin) : [],
      tools: tools.map((t) => t.name),
    };
  });
}

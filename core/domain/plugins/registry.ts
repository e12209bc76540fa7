import type { Isolation, PluginManifest, ToolManifest } from '@assay/sdk';
import type { Check } from '../../base/validation/index.ts';

/** Who vouches for a plugin: the release, or the operator of this installation. */
export type Trust = 'shipped' | 'own';

export interface PluginSource {
  readonly name: string;
  readonly directory: string;
  /** Digest that was admitted; undefined where none was. */
  readonly admitted: string | undefined;
  readonly trust: Trust;
  /** What speaks against it since it was tried (`tryPlugins`); one that the release does not vouch for must have been. */
  readonly refused?: readonly string[];
  /** A stronger wall than such a plugin needs, where the operator asks for it. */
  readonly isolation?: Isolation;
}

export interface LoadedTool {
  /** `statistics/t-test` */
  readonly name: string;
  readonly version: string;
  readonly manifest: ToolManifest;
  readonly plugin: LoadedPlugin;
  /** Fills in defaults in place. */
  readonly checkParameters: Check;
  readonly checkOutput: Check;
}

export interface LoadedPlugin {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly trust: Trust;
  /** The least wall that its runs need. */
  readonly isolation: Isolation;
  readonly state: 'enabled' | 'quarantined';
  readonly reasons: readonly string[];
  /** Undefined where it could not be read. */
  readonly manifest: PluginManifest | undefined;
  readonly tools: readonly LoadedTool[];
}

export interface PluginRegistry {
  readonly plugins: readonly LoadedPlugin[];
  /** A tool of an enabled plugin, by name and exact version (or the only one there is). */
  find(name: string, version?: string): LoadedTool | undefined;
}

export function createRegistry(plugins: readonly LoadedPlugin[]): PluginRegistry {
  const tools = plugins.filter((p) => p.state === 'enabled').flatMap((p) => p.tools);
  return {
    plugins,
    find: (name, version) =>
      tools.find((t) => t.name === name && (version === undefined || t.version === version)),
  };
}

import type { Isolation, PluginManifest, PluginTrust, ToolManifest } from '@assay/sdk';
import rcompare from 'semver/functions/rcompare.js';
import satisfies from 'semver/functions/satisfies.js';
import type { Check } from '../../base/validation/index.ts';
import type { Asks } from './asks.ts';

/**
 * What became of a plugin's signature; `pinned` has none, and its digest is in the operator's configuration; `unsigned` has none,
 * and is loaded in development alone.
 */
export type SignatureState =
  | 'shipped'
  | 'signed'
  | 'pinned'
  | 'modified'
  | 'invalid'
  | 'unsigned'
  | 'revoked';

export interface PluginSource {
  readonly name: string;
  /** Where it is known before the manifest is read. */
  readonly version?: string;
  readonly directory: string;
  /** Digest that was admitted; undefined where none was. */
  readonly admitted: string | undefined;
  readonly trust: PluginTrust;
  readonly signature?: SignatureState;
  /** Of whom the trust policy speaks. */
  readonly publisher?: string;
  /** What speaks against it since it was tried (`tryPlugins`); one that the release does not vouch for must have been. */
  readonly refused?: readonly string[];
  /** Why an operator lets it take no more jobs. */
  readonly disabled?: string;
  /** What to use instead, or until when. */
  readonly deprecated?: string;
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
  readonly trust: PluginTrust;
  /** The least wall that its runs need. */
  readonly isolation: Isolation;
  readonly state: 'enabled' | 'quarantined' | 'disabled' | 'revoked';
  readonly signature: SignatureState;
  /** What its tools want to be let have. */
  readonly asks: Asks;
  /** What speaks against it. */
  readonly reasons: readonly string[];
  readonly deprecated: string | undefined;
  /** Undefined where it could not be read. */
  readonly manifest: PluginManifest | undefined;
  readonly tools: readonly LoadedTool[];
}

export interface PluginRegistry {
  readonly plugins: readonly LoadedPlugin[];
  /**
   * A tool of an enabled plugin, by name and version: an exact one, or the newest of a range (`^2`, `~1.2`, as node-semver
   * reads them). Without either the newest that is not deprecated, or the newest.
   * @param fits - what else must be true of it
   */
  find(name: string, version?: string, fits?: (tool: LoadedTool) => boolean): LoadedTool | undefined;
}

/** The newest first. */
const byVersion = (a: LoadedTool, b: LoadedTool) => rcompare(a.version, b.version);

export function createRegistry(plugins: readonly LoadedPlugin[]): PluginRegistry {
  const tools = new Map<string, LoadedTool[]>();
  for (const tool of plugins.flatMap((plugin) => (plugin.state === 'enabled' ? plugin.tools : [])))
    tools.set(tool.name, [...(tools.get(tool.name) ?? []), tool].sort(byVersion));
  return {
    plugins,
    find(name, version, fits = () => true) {
      const found = (tools.get(name) ?? []).filter(fits);
      if (version === undefined) return found.find((tool) => !tool.plugin.deprecated) ?? found[0];
      return (
        found.find((tool) => tool.version === version) ??
        found.find((tool) => satisfies(tool.version, version))
      );
    },
  };
}

/** A registry whose plugins change while it is in use: whoever holds it sees the ones of now. */
export interface LiveRegistry extends PluginRegistry {
  replace(by: PluginRegistry): void;
}

export function createLiveRegistry(first: PluginRegistry): LiveRegistry {
  let current = first;
  return {
    get plugins() {
      return current.plugins;
    },
    find: (name, version, fits) => current.find(name, version, fits),
    replace(by) {
      current = by;
    },
  };
}

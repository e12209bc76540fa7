import type { PluginSource } from '@assay/core/plugins';
import type { AdmittedPlugin } from '@assay/runner';

/** What the runner needs to know of the plugins: those that were admitted, and how. */
export function admittedOf(plugins: readonly PluginSource[]): AdmittedPlugin[] {
  return plugins.flatMap(({ name, directory, admitted, trust, isolation, refused, disabled }) =>
    admitted === undefined || (refused && refused.length > 0) || disabled !== undefined
      ? []
      : [{ name, directory, digest: admitted, trust, ...(isolation ? { isolation } : {}) }],
  );
}

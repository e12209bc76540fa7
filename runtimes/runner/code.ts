import {
  AssayError,
  type CodeFile,
  digestDirectory,
  type Isolation,
  isAsStrong,
  leastIsolation,
  type PluginTrust,
  type RunSpecification,
  type RuntimeDescription,
  readToolPrograms,
} from '@assay/sdk';

/** A plugin that may run, as the supervisor read it from the admitted list. */
export interface AdmittedPlugin {
  readonly name: string;
  readonly directory: string;
  readonly digest: string;
  readonly trust: PluginTrust;
  readonly isolation?: Isolation;
}

function refuse(why: string): AssayError {
  return new AssayError('run.specification_refused', `The run was refused: ${why}.`);
}

/**
 * The tool's program files, after the whole plugin was held against its admitted digest once more: what the api and
 * worker saw at their start may have been altered since.
 * @returns the files, and whether the release vouches for them
 */
export async function readToolCode(
  spec: RunSpecification,
  admitted: readonly AdmittedPlugin[],
  runtime: RuntimeDescription,
): Promise<{ readonly code: readonly CodeFile[]; readonly shipped: boolean }> {
  if (spec.plugin === null) return { code: [], shipped: true };
  const { name, digest, tool } = spec.plugin;
  const versions = admitted.filter((p) => p.name === name);
  if (versions.length === 0) throw refuse(`no plugin "${name}" was admitted`);
  const plugin = versions.find((p) => p.digest === digest);
  if (!plugin) throw refuse(`plugin "${name}" was admitted with another digest`);
  const least = leastIsolation(plugin);
  if (!isAsStrong(runtime.isolation, least))
    throw refuse(`plugin "${name}" needs ${least} around it, and ${runtime.name} has ${runtime.isolation}`);
  if (!/^[a-z][a-z0-9-]*$/.test(tool)) throw refuse('its tool has no valid name');
  const now = await digestDirectory(plugin.directory);
  if (now !== digest) throw refuse(`the files of plugin "${name}" were altered`);
  const { files, twice } = await readToolPrograms(plugin.directory, tool);
  if (twice) throw refuse(`plugin "${name}" has a file ${twice} of its own and one of its tool ${tool}`);
  return { code: files, shipped: plugin.trust === 'shipped' };
}

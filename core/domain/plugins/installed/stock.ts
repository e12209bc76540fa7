import path from 'node:path';
import { AssayError, digestDirectory } from '@assay/sdk';
import { packPlugin } from '../package/index.ts';
import type { PluginSource } from '../registry.ts';
import { listed } from '../trust/index.ts';
import { type Gate, install } from './install.ts';
import { sourceOf } from './sources.ts';
import { changeStanding, readInstalled, removeInstalled } from './store.ts';

/** What a release brings along: a folder for each of its plugins. */
export interface Stock {
  readonly folders: readonly string[];
  /** What the release is called: `Assay 0.1.0`. */
  readonly by: string;
}

/** A plugin of the release that could not be installed, as the catalogue of plugins shows it. */
function unfit(directory: string, reason: string): PluginSource {
  const name = path.basename(directory);
  return {
    ...{ name, directory, admitted: undefined, trust: 'shipped', signature: 'modified' },
    refused: [`it does not come from the release as it was made: ${reason}`],
  };
}

async function stockOne(gate: Gate, directory: string, by: string): Promise<void> {
  const digest = await digestDirectory(directory);
  const installed = await readInstalled(gate.store);
  // The files that lie there are held against the list when they are loaded.
  if (installed.some(({ receipt }) => receipt.digest === digest)) return;
  const packed = await packPlugin(directory);
  const here = installed.find(
    ({ receipt: { name, version } }) => name === packed.name && version === packed.version,
  );
  // The same version as it was before a release was made of it.
  const vouched = listed(gate.release, packed)?.digest === packed.digest;
  if (here && vouched) await removeInstalled(gate.store, packed);
  await install(gate, { package: packed.bytes, signatures: [], by });
  if (here && vouched) await changeStanding(gate.store, packed, here.standing);
}

/**
 * Installs the plugins that a release brings along and that are not here yet, as every package is installed. Versions of earlier
 * releases stay beside them.
 * @returns those that could not be, with the reason; the others go on
 */
export async function stockRelease(gate: Gate, { folders, by }: Stock): Promise<PluginSource[]> {
  const refused: PluginSource[] = [];
  for (const folder of folders)
    try {
      await stockOne(gate, folder, by);
    } catch (error) {
      if (!AssayError.is(error)) throw error;
      refused.push(unfit(folder, error.message));
    }
  return refused;
}

/**
 * Takes a version away for good. One that this release brings along would be back at once; where its files were altered, that is
 * how they are put right.
 * @throws AssayError plugin.not_found, plugin.in_use for a sound one of this release
 */
export async function removeVersion(
  gate: Gate,
  { folders }: Stock,
  which: { readonly name: string; readonly version: string },
): Promise<void> {
  const folder = folders.find((each) => path.basename(each) === which.name);
  const brought = folder && (await digestDirectory(folder)) === listed(gate.release, which)?.digest;
  const here = (await readInstalled(gate.store)).find(
    ({ receipt: { name, version } }) => name === which.name && version === which.version,
  );
  if (brought && here && (await sourceOf(here, gate)).refused?.length === 0)
    throw new AssayError(
      'plugin.in_use',
      `${which.name} ${which.version} belongs to this release and comes and goes with it; it can be disabled.`,
    );
  await removeInstalled(gate.store, which);
}

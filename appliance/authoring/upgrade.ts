import { cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compareManifests, type Difference } from '@assay/core/plugins';
import { unpackPackage, writeContents } from '@assay/core/plugins/package';
import { AssayError, readFiles } from '@assay/sdk';
import { type Checked, checkPlugin } from './check.ts';
import { readReleased } from './release.ts';

/** Files that are no manifests and no cases: what is carried out, and what is read with it. */
async function programsOf({ directory }: Checked): Promise<Record<string, string>> {
  const files = Object.entries(await readFiles(directory));
  return Object.fromEntries(
    files.filter(([file]) => !/(^|\/)(tool|plugin|sbom\.cdx)\.json$|\/cases\//.test(file)),
  );
}

/** What changed from one version to another, the weightiest concerns first. */
export async function compareVersions(before: Checked, after: Checked): Promise<Difference[]> {
  const [programs, others] = await Promise.all([programsOf(before), programsOf(after)]);
  return compareManifests(before.plugin, after.plugin, { before: programs, after: others });
}

/**
 * A version as its author has it: a folder, or a package, which is unpacked to one side.
 * @throws AssayError plugin.not_found, plugin.refused, plugin.manifest_invalid where it is not sound
 */
export async function openVersion(place: string): Promise<Checked & { close(): Promise<void> }> {
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    (cause: unknown) => {
      throw new AssayError('plugin.not_found', `There is no ${place}.`, { cause });
    },
  );
  const folder = isFolder ? undefined : await mkdtemp(path.join(tmpdir(), 'assay-version-'));
  const close = async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  };
  try {
    let directory = place;
    if (folder) {
      const unpacked = await unpackPackage((await readReleased(place)).bytes);
      directory = path.join(folder, unpacked.name);
      await writeContents(unpacked, directory);
    }
    const checked = await checkPlugin(directory);
    if (checked.findings[0])
      throw new AssayError('plugin.manifest_invalid', `${place} is not sound: ${checked.findings[0]}`);
    return { ...checked, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The new version with the golden cases of the old one, in a folder of its own: what the old one promised, asked of the new.
 * @returns the folder, and the tools that both have
 */
export async function withOldCases(
  before: Checked,
  after: Checked,
  folder: string,
): Promise<{ readonly directory: string; readonly tools: readonly string[] }> {
  const directory = path.join(folder, after.plugin.name);
  await cp(after.directory, directory, { recursive: true });
  const tools: string[] = [];
  for (const { name, manifest } of after.plugin.tools) {
    const tool = name.slice(name.indexOf('/') + 1);
    const old = before.plugin.tools.find((each) => each.name === name);
    const cases = path.join(directory, tool, 'cases');
    await rm(cases, { recursive: true, force: true });
    if (old) {
      await cp(path.join(before.directory, tool, 'cases'), cases, { recursive: true });
      tools.push(name);
    }
    const kept = { ...manifest, cases: old?.manifest.cases ?? [] };
    await writeFile(path.join(directory, tool, 'tool.json'), JSON.stringify(kept, null, 2));
  }
  return { directory, tools };
}

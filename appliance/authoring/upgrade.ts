import { cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LoadedTool } from '@assay/core/plugins';
import { unpackPackage, writeContents } from '@assay/core/plugins/package';
import { AssayError, readFiles } from '@assay/sdk';
import { type Checked, checkPlugin } from './check.ts';
import { readReleased } from './release.ts';

/** What somebody who lets a new version in wants to know apart. */
export const concerns = [
  'asks for',
  'inputs',
  'parameters',
  'output',
  'refusals',
  'text',
  'program',
  'tools',
] as const;
export type Concern = (typeof concerns)[number];

export interface Difference {
  readonly concern: Concern;
  /** Tool and place in its manifest, or file. */
  readonly where: string;
  /** JSON of before and after; absent where there was, or is, nothing. */
  readonly before?: string;
  readonly after?: string;
}

/** Which members of a tool's manifest are a matter of what. `cases` are files, and looked at as such. */
const members: Readonly<
  Record<Exclude<Concern, 'program' | 'tools'>, readonly (keyof LoadedTool['manifest'])[]>
> = {
  'asks for': ['limits', 'requires', 'runtimes', 'visibility'],
  inputs: ['inputs'],
  parameters: ['parameters'],
  output: ['output'],
  refusals: ['refusals', 'assumptions'],
  text: ['title', 'question', 'whenToUse', 'whenNotToUse', 'examples', 'synonyms', 'citations'],
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The least parts that differ. Lists are compared as a whole: what stands where in them has no meaning of its own. */
function* compare(concern: Concern, where: string, before: unknown, after: unknown): Generator<Difference> {
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      yield* compare(concern, `${where}.${name}`, before[name], after[name]);
    return;
  }
  const [was, is] = [before, after].map((value) => (value === undefined ? undefined : JSON.stringify(value)));
  if (was === is) return;
  yield {
    concern,
    where,
    ...(was === undefined ? {} : { before: was }),
    ...(is === undefined ? {} : { after: is }),
  };
}

function* compareTools(before: LoadedTool, after: LoadedTool): Generator<Difference> {
  for (const [concern, names] of Object.entries(members))
    for (const name of names)
      yield* compare(
        concern as Concern,
        `${after.name} ${name}`,
        before.manifest[name],
        after.manifest[name],
      );
}

/** Files that are no manifests and no cases: what is carried out, and what is read with it. */
async function programsOf({ directory }: Checked): Promise<Record<string, string>> {
  const files = Object.entries(await readFiles(directory));
  return Object.fromEntries(
    files.filter(([file]) => !/(^|\/)(tool|plugin|sbom\.cdx)\.json$|\/cases\//.test(file)),
  );
}

/** What changed from one version to another, the weightiest concerns first. */
export async function compareVersions(before: Checked, after: Checked): Promise<Difference[]> {
  const found: Difference[] = [];
  const [old, now] = [before.plugin, after.plugin];
  const { name, version, tools: _, ...identity } = old.manifest ?? {};
  const { name: renamed, version: __, tools: ___, ...other } = now.manifest ?? {};
  found.push(...compare('text', 'plugin.json', { name, ...identity }, { name: renamed, ...other }));
  for (const tool of now.tools) {
    const was = old.tools.find((each) => each.name === tool.name);
    if (was) found.push(...compareTools(was, tool));
    else found.push({ concern: 'tools', where: tool.name, after: JSON.stringify(tool.manifest.title) });
  }
  for (const tool of old.tools)
    if (!now.tools.some((each) => each.name === tool.name))
      found.push({ concern: 'tools', where: tool.name, before: JSON.stringify(tool.manifest.title) });
  found.push(...compare('program', 'files', await programsOf(before), await programsOf(after)));
  return found.sort((a, b) => concerns.indexOf(a.concern) - concerns.indexOf(b.concern));
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

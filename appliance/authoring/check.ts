import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type LoadedPlugin, lineOf, loadPlugins } from '@assay/core/plugins';
import { type Check, createValidator } from '@assay/core/validation';
import { createTrial } from '@assay/core/validation/trial';
import { AssayError, Case, digestDirectory, filesOfCase, type ToolManifest } from '@assay/sdk';
import parseLicence from 'spdx-expression-parse';

/** A plugin as the server would load it, and what the server would refuse. */
export interface Checked {
  readonly plugin: LoadedPlugin;
  /** Folder of the plugin, absolute. */
  readonly directory: string;
  /** One line a finding, the file first; empty where all is well. */
  readonly findings: readonly string[];
}

const builtIn: ReadonlySet<string> = new Set(['table', 'render']);
/** Fewer say too little: one that is well, one that is refused. */
const leastCases = 2;

async function foldersIn(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Only that it is not there is an answer; any other fault is one. */
async function kindOf(file: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(file)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** One case against the schema of cases, and what no schema says. @param within its folder, from the plugin's */
async function checkOneCase(
  checkShape: Check,
  directory: string,
  within: string,
  id: string,
  slots: readonly string[],
): Promise<string[]> {
  const label = `${within}/case.json`;
  let text: string;
  let golden: Case;
  try {
    text = await readFile(path.join(directory, label), 'utf8');
    golden = JSON.parse(text) as Case;
  } catch (error) {
    return [`${label}: cannot be read: ${error instanceof Error ? error.message : error}`];
  }
  const issues = checkShape(golden);
  if (issues.length > 0)
    return issues.map(({ pointer, detail }) => `${label}:${lineOf(text, pointer) ?? 1}: ${detail}`);
  const findings: string[] = [];
  if (golden.id !== id) findings.push(`${label}: its "id" is "${golden.id}", its folder is "${id}"`);
  const files = filesOfCase(golden, slots);
  for (const slot of slots)
    if (!Object.hasOwn(files, slot)) findings.push(`${label}: has no data for the input "${slot}"`);
  for (const [slot, file] of Object.entries(files)) {
    if (!slots.includes(slot)) findings.push(`${label}: the tool has no input "${slot}"`);
    if ((await kindOf(path.join(directory, within, file))) !== 'file')
      findings.push(`${label}: its data ${file} are not beside it`);
  }
  if (!golden.expect_error && !golden.expect_warning && (golden.expect ?? []).length === 0)
    findings.push(`${label}: expects nothing; name values under "expect", or a refusal in "expect_error"`);
  return findings;
}

async function checkCases(
  directory: string,
  folder: string,
  { cases: listed, inputs }: ToolManifest,
): Promise<string[]> {
  const file = `${folder}/tool.json`;
  const there = await foldersIn(path.join(directory, folder, 'cases'));
  const findings = [
    ...listed
      .filter((id) => !there.includes(id))
      .map((id) => `${file}: the case "${id}" is listed, but there is no folder ${folder}/cases/${id}`),
    ...there
      .filter((id) => !listed.includes(id))
      .map((id) => `${folder}/cases/${id}: is not listed under "cases" in tool.json`),
  ];
  if (listed.length < leastCases)
    findings.push(`${file}: needs at least ${leastCases} cases: one that is well and one that is refused`);
  const checkShape = createValidator().compile(Case);
  for (const id of listed.filter((each) => there.includes(each)))
    findings.push(
      ...(await checkOneCase(
        checkShape,
        directory,
        `${folder}/cases/${id}`,
        id,
        inputs.map(({ slot }) => slot),
      )),
    );
  return findings;
}

/** A licence that programs can read, and sources that can be found. */
function checkReferences({ manifest, tools }: LoadedPlugin): string[] {
  const findings: string[] = [];
  const license = manifest?.license ?? '';
  try {
    parseLicence(license);
  } catch {
    findings.push(
      `plugin.json: "license" is "${license}", which is no SPDX expression, such as Apache-2.0 or MIT OR GPL-3.0-only`,
    );
  }
  for (const { name, manifest: tool } of tools)
    for (const { doi } of tool.citations)
      if (doi !== undefined && !/^10\.\d{4,9}\/\S+$/.test(doi))
        findings.push(
          `${name.slice(name.indexOf('/') + 1)}/tool.json: "${doi}" is no DOI, such as 10.1093/biomet/6.1.1`,
        );
  return findings;
}

/**
 * Reads a plugin's folder as the server would, and holds its cases against its manifests.
 * @throws AssayError plugin.not_found where there is no such folder
 */
export async function checkPlugin(folder: string): Promise<Checked> {
  const directory = path.resolve(folder);
  if ((await kindOf(directory)) !== 'folder')
    throw new AssayError('plugin.not_found', `There is no folder ${directory}.`);
  const admitted = await digestDirectory(directory);
  const source = { name: path.basename(directory), directory, admitted, trust: 'own' as const };
  const trial = createTrial();
  const { plugins } = await loadPlugins(createValidator(), [source], trial).finally(() => trial.close());
  const plugin = plugins[0] as LoadedPlugin;
  const findings = [...plugin.reasons, ...(plugin.manifest ? checkReferences(plugin) : [])];
  for (const { name, manifest } of plugin.tools) {
    // Built-in programs of a runtime are no files, and are tested there.
    if (manifest.runtimes.some((runtime) => builtIn.has(runtime))) continue;
    const tool = name.slice(name.indexOf('/') + 1);
    findings.push(...(await checkCases(directory, tool, manifest)));
    if ((await kindOf(path.join(directory, tool, manifest.program))) !== 'file')
      findings.push(`${tool}/tool.json: its program ${manifest.program} is not in the folder ${tool}`);
  }
  return { plugin, directory, findings };
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const tool = {
  title: 'Mean',
  question: 'What is the mean?',
  whenToUse: ['One column of numbers.'],
  examples: ['What is the mean dose?', 'How much is it on average?'],
  assumptions: [],
  citations: [{ text: 'R Core Team (2026). R: A language and environment for statistical computing.' }],
  runtimes: ['wasm'],
  program: 'main.R',
  requires: { language: 'r >= 4.2', packages: { survival: '>= 3.2' } },
  inputs: [{ slot: 'data', description: 'The data.' }],
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  output: { type: 'object', additionalProperties: false, properties: { mean: { type: 'number' } } },
  refusals: [],
  limits: { seconds: 10, memoryMb: 256, outputMb: 1 },
  cases: [],
};

export interface SmallPlugin {
  readonly name?: string;
  readonly version?: string;
  readonly program?: string;
  readonly limits?: Readonly<Record<string, number>>;
  readonly capabilities?: object;
}

/** Writes a plugin with one tool, `mean`, into a new folder below another. @returns the plugin's folder */
export async function writeSmallPlugin(
  parent: string,
  {
    name = 'acme-dose',
    version = '1.0.0',
    program = 'list(values = list(mean = mean(data$dose)))\n',
    limits = tool.limits,
    capabilities,
  }: SmallPlugin = {},
): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(parent, 'plugin-')), name);
  await mkdir(path.join(folder, 'mean'), { recursive: true });
  const manifest = {
    ...{ edition: '2026-11-01', name, version, title: 'Dose', description: 'Doses.' },
    ...{ publisher: 'Acme', license: 'Apache-2.0', tools: ['mean'] },
    ...(capabilities ? { capabilities } : {}),
  };
  await writeFile(path.join(folder, 'plugin.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(path.join(folder, 'mean/tool.json'), `${JSON.stringify({ ...tool, limits }, null, 2)}\n`);
  await writeFile(path.join(folder, 'mean/main.R'), program);
  return folder;
}

/** A folder for a test, and how it goes. */
export async function scratch(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-plugins-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

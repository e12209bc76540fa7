import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestDirectory, type ToolManifest } from '@assay/sdk';

const programs = path.resolve(import.meta.dirname, '../runtimes/runner/fixtures/plugin');

export const hostileTools = [
  'forever',
  'prints',
  'allocates',
  'floods',
  'overflows',
  'quits',
  'fails',
  'reports',
  'escapes',
];

/** These end by their time limit alone. */
const endless = ['forever', 'prints', 'quits'];

function toolManifest(name: string): ToolManifest {
  return {
    title: `Behaves badly: ${name}`,
    question: 'What happens when a tool does this?',
    whenToUse: ['In tests of the appliance.'],
    examples: ['What if a tool never ends?', 'What if it lies?'],
    assumptions: [],
    citations: [{ text: 'Made for the tests of Assay.' }],
    runtimes: ['wasm'],
    program: 'main.R',
    requires: {},
    inputs: [{ slot: 'data', description: 'Any data set.' }],
    parameters: {
      type: 'object',
      properties: { way: { type: 'string' }, file: { type: 'string' } },
      additionalProperties: false,
    },
    output: { type: 'object', properties: { mean: { type: 'number' } }, additionalProperties: false },
    refusals: [],
    limits: { seconds: endless.includes(name) ? 6 : 90, memoryMb: 400, outputMb: 2 },
    cases: [],
  };
}

/** Puts the runner's misbehaving programs into a plugin with valid manifests, as an operator would admit it. */
export async function makeHostilePlugin(folder: string): Promise<{ directory: string; digest: string }> {
  const directory = path.join(folder, 'hostile');
  await mkdir(directory, { recursive: true });
  const manifest = {
    edition: '2026-11-01',
    name: 'hostile',
    version: '1.0.0',
    title: 'Hostile tools',
    description: 'Tools that behave badly, for tests.',
    publisher: 'tests',
    license: 'Apache-2.0',
    tools: hostileTools,
  };
  await writeFile(path.join(directory, 'plugin.json'), JSON.stringify(manifest));
  for (const name of hostileTools) {
    await cp(path.join(programs, name), path.join(directory, name), { recursive: true });
    await writeFile(path.join(directory, name, 'tool.json'), JSON.stringify(toolManifest(name)));
  }
  return { directory, digest: await digestDirectory(directory) };
}

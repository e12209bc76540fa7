import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestDirectory, type ToolManifest } from '@assay/sdk';

/** Says that it computes, takes its time, and answers with a table that no buffer between the processes can hold. */
const program = `run <- function(data, params, context) {
  context$progress(0.1)
  Sys.sleep(1.5)
  rows <- data.frame(n = seq_len(5000), text = strrep("x", 300))
  list(values = list(answer = 1), summary = "done", method = list(text = "t", reference = "r"),
    tables = list(list(name = "rows", title = "Rows", data = rows)))
}
`;

const tool: ToolManifest = {
  title: 'Takes its time',
  question: 'In which state was the job when something was killed?',
  whenToUse: ['In tests of the appliance.'],
  examples: ['What if the runner is killed now?', 'What if the worker is?'],
  assumptions: [],
  citations: [{ text: 'Made for the tests of Assay.' }],
  runtimes: ['wasm'],
  program: 'main.R',
  requires: {},
  inputs: [{ slot: 'data', description: 'Any data set.' }],
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  output: { type: 'object', properties: { answer: { type: 'number' } }, additionalProperties: false },
  refusals: [],
  limits: { seconds: 120, memoryMb: 512, outputMb: 16 },
  cases: [],
};

/** A plugin with the one tool `states/slow`, as an operator would admit it. */
export async function makeSlowPlugin(folder: string): Promise<{ directory: string; digest: string }> {
  const directory = path.join(folder, 'states');
  await mkdir(path.join(directory, 'slow'), { recursive: true });
  const manifest = {
    edition: '2026-11-01',
    name: 'states',
    version: '1.0.0',
    title: 'States',
    description: 'A slow tool, for tests.',
    publisher: 'tests',
    license: 'Apache-2.0',
    tools: ['slow'],
  };
  await writeFile(path.join(directory, 'plugin.json'), JSON.stringify(manifest));
  await writeFile(path.join(directory, 'slow/tool.json'), JSON.stringify(tool));
  await writeFile(path.join(directory, 'slow/main.R'), program);
  return { directory, digest: await digestDirectory(directory) };
}

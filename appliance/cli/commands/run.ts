import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { UsageError } from '../exit.ts';
import { followJob } from '../follow.ts';
import { readParameters } from '../parameters.ts';
import type { Outcome, Session } from '../session.ts';
import { resolveTool } from '../tool-name.ts';
import { resolveData } from '../upload.ts';
import type { Runner } from './runner.ts';

interface RunOptions {
  readonly param: readonly string[];
  readonly seed?: string;
  readonly watch?: boolean;
}

function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2147483647)
    throw new UsageError(`--seed takes a whole number from 0 to 2147483647; "${text}" is none.`);
  return Number(text);
}

async function runTool(session: Session, tool: string, data: string, options: RunOptions): Promise<Outcome> {
  const { client, signal } = session;
  const seed = readSeed(options.seed);
  const { inputs, parameters, name, version } = await client.getTool(await resolveTool(session, tool), {
    signal,
  });
  const params = readParameters(options.param, parameters);
  const slot = inputs[0]?.slot ?? 'data';
  const request = {
    tool: `${name}@${version}`,
    inputs: { [slot]: await resolveData(session, data) },
    params,
    ...(seed === undefined ? {} : { seed }),
  };
  const job = await client.submitJob(request, { signal, idempotencyKey: randomUUID() });
  if (options.watch) return followJob(session, job.id);
  const text = `Job ${job.id} is ${job.state}.\n  assay job show ${job.id.slice(0, 8)} --watch`;
  return { text, data: { job } };
}

const collect = (value: string, before: readonly string[]) => [...before, value];

export function addRunCommand(program: Command, run: Runner): void {
  program
    .command('run')
    .description('run a tool over data')
    .argument('<tool>', 'such as statistics/t-test, or with a version statistics/t-test@1.0.0')
    .argument('<data>', 'id, beginning of an id or name of a data set, or a file, which is uploaded first')
    .option('-p, --param <name=value>', 'a parameter, as often as needed; lists with commas', collect, [])
    .option('--seed <number>', 'seed of the random numbers')
    .option('-w, --watch', 'wait for the end and show the results')
    .action(
      run((session, tool: string, data: string, options: RunOptions) =>
        runTool(session, tool, data, options),
      ),
    );
}

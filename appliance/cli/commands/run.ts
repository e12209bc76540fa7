import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { UsageError } from '../exit.ts';
import { followJob } from '../follow.ts';
import { readParameters, splitPairs } from '../parameters.ts';
import type { Outcome, Session } from '../session.ts';
import { resolveTool } from '../tool-name.ts';
import { resolveData } from '../upload.ts';
import type { Runner } from './runner.ts';

interface RunOptions {
  readonly param: readonly string[];
  readonly seed?: string;
  readonly refresh?: boolean;
  readonly priority?: 'low' | 'normal' | 'high';
  readonly watch?: boolean;
  /** False with --no-wait. */
  readonly wait: boolean;
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
  const pairs = splitPairs(options.param);
  const { inputs, parameters, name, version } = await client.getTool(await resolveTool(session, tool), {
    signal,
  });
  const params = readParameters(pairs, parameters);
  const slot = inputs[0]?.slot ?? 'data';
  const request = {
    tool: `${name}@${version}`,
    inputs: { [slot]: await resolveData(session, data) },
    params,
    ...(seed === undefined ? {} : { seed }),
    ...(options.refresh ? { cache: 'refresh' as const } : {}),
    ...(options.priority ? { priority: options.priority } : {}),
  };
  const job = await client.submitJob(request, { signal, idempotencyKey: randomUUID() });
  if (options.wait) return followJob(session, job.id, options.watch);
  const text = `Job ${job.id} is ${job.state}.\n  assay job show ${job.id.slice(0, 8)} --watch`;
  return { text, data: { job } };
}

const collect = (value: string, before: readonly string[]) => [...before, value];

export function addRunCommand(program: Command, run: Runner): void {
  program
    .command('run')
    .description('run a tool over data, wait for its end and show the results')
    .argument('<tool>', 'such as statistics/t-test, or with a version statistics/t-test@1.0.0')
    .argument('<data>', 'a file, which is uploaded first unless it is there already, or a data set')
    .option(
      '-p, --param <name=value>',
      'a parameter, as often as needed: x=0.9, list=a,b or JSON',
      collect,
      [],
    )
    .option('--seed <number>', 'seed of the random numbers')
    .option('--refresh', 'run it anew, also where the same was done before')
    .addOption(
      new Option('--priority <priority>', 'before jobs of this workspace that wait with a lower one').choices(
        ['low', 'normal', 'high'],
      ),
    )
    .option('-w, --watch', 'tell of each stage where there is no terminal to draw progress on')
    .option('--no-wait', 'submit the job and do not wait for its end')
    .action(
      run((session, tool: string, data: string, options: RunOptions) =>
        runTool(session, tool, data, options),
      ),
    );
}

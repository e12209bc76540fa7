import { Type } from 'typebox';
import { cancelJob, finalStates, getJob, type JobView } from '../../../domain/jobs/index.ts';
import { argumentsOfATool } from '../arguments.ts';
import { callTool, followJob } from '../call.ts';
import { resultSchema, showFailure, showJob } from '../results.ts';
import { answers, Id, type OwnTool, reading } from './own-tool.ts';

const longestWait = 45;

const run: OwnTool = {
  name: 'run_tool',
  title: 'Run an analysis',
  description:
    'Runs an analysis on data sets and waits for its result. One that takes long answers with its job first; get_job then waits for it. Read warnings and failed assumptions to the user before the result.',
  permissions: ['tools:read', 'jobs:submit'],
  arguments: {
    tool: Type.String({
      maxLength: 100,
      description: 'As in search_tools: statistics/t-test, or with a version statistics/t-test@1.0.0.',
    }),
    ...argumentsOfATool,
  },
  output: resultSchema({ type: 'object' }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  call: (calling, { tool, ...given }) => callTool(calling, String(tool), given),
};

const get: OwnTool = {
  name: 'get_job',
  title: 'State of an analysis',
  description: 'How far a job is; where it has ended, its report, or why it failed.',
  permissions: ['jobs:read'],
  arguments: {
    id: Id('Of the job, as run_tool gave it.'),
    wait: Type.Optional(
      Type.Integer({ minimum: 0, maximum: longestWait, description: 'Seconds to wait for its end.' }),
    ),
  },
  output: answers('job', 'state'),
  annotations: reading,
  async call(calling, { id, wait = 0 }) {
    const patience = AbortSignal.timeout(Number(wait) * 1000);
    const ended = await followJob(calling, String(id), patience);
    return showState(ended ?? (await getJob(calling.deps, calling.context, { id: String(id) })));
  },
};

const cancel: OwnTool = {
  name: 'cancel_job',
  title: 'Cancel an analysis',
  description: 'Ends a job that waits or runs. What it had found is lost; its data sets stay.',
  permissions: ['jobs:cancel'],
  arguments: { id: Id('Of the job.') },
  output: answers('job', 'state'),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  async call({ deps, context }, { id }) {
    return showState(await cancelJob(deps, context, { id: String(id) }));
  },
};

function showState(job: JobView) {
  return finalStates.includes(job.state) && job.error ? showFailure(job) : showJob(job);
}

export const jobTools: readonly OwnTool[] = [run, get, cancel];

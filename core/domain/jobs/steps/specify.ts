import type { RunSpecification } from '@assay/sdk';
import { type Attempt, filled } from './attempt.ts';

/** What the runner is asked for. All that a program is ever told of a job is in its `job`. */
export function specify(attempt: Attempt): RunSpecification {
  const { tool, params, seed } = attempt;
  const { limits, program } = tool.manifest;
  const builtIn = tool.manifest.visibility === 'system';
  return {
    run: attempt.run,
    runtime: filled(attempt.choice, 'choice').runtime,
    plugin: builtIn
      ? null
      : { name: tool.plugin.name, digest: tool.plugin.digest, tool: tool.name.split('/')[1] ?? '' },
    job: {
      protocol: 'run/1',
      tool: tool.name,
      version: tool.version,
      program,
      seed,
      threads: 1,
      locale: 'C.UTF-8',
      deadline: limits.seconds,
      limits,
      inputs: filled(attempt.staged, 'staged').map((s) => s.input),
      params,
    },
  };
}

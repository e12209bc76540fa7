import { randomUUID } from 'node:crypto';
import { AssayError, collect, sha256 } from '@assay/sdk';
import { buildReport } from '../../reports/index.ts';
import { type Attempt, filled, type WorkDeps } from './attempt.ts';

/** Wall time and size of drawing a report. */
const renderLimits = { seconds: 60, memoryMb: 1024, outputMb: 64 };

/** Puts the report together and has it drawn in the render runtime; the appliance's own jobs get no page. */
export async function report(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const output = filled(attempt.output, 'output');
  attempt.report = buildReport({
    id: randomUUID(),
    tool: attempt.tool,
    inputs: filled(attempt.staged, 'staged').map((s) => ({
      slot: s.input.slot,
      id: s.dataset,
      name: s.name,
      digest: s.original,
      schema: s.schema,
    })),
    params: attempt.params,
    seed: attempt.seed,
    result: filled(attempt.result, 'result'),
    resultDigest: filled(attempt.resultDigest, 'resultDigest'),
    blobs: output.blobs,
    made: filled(attempt.derived, 'derived').map(({ id, title, stored }) => ({
      id,
      name: title,
      digest: stored.digest,
    })),
    runtime: output.runtime,
    job: attempt.job,
    workspace: attempt.workspace,
    principal: attempt.principal,
    submitted: attempt.submitted,
    started: attempt.started,
    finished: new Date(),
    seconds: output.seconds,
    attempt: attempt.number,
    assay: deps.version,
  });
  if (attempt.tool.manifest.visibility !== 'system') attempt.html = await render(deps, attempt);
}

async function render(deps: WorkDeps, attempt: Attempt): Promise<Buffer> {
  const bytes = Buffer.from(JSON.stringify(attempt.report));
  const input = { slot: 'report', format: 'report' as const, bytes: bytes.length, digest: sha256(bytes) };
  const spec = {
    run: randomUUID(),
    runtime: 'render',
    plugin: null,
    job: {
      protocol: 'run/1' as const,
      tool: 'render/html',
      version: deps.version,
      program: 'html',
      seed: 0,
      threads: 1,
      locale: 'C.UTF-8' as const,
      deadline: renderLimits.seconds,
      limits: renderLimits,
      inputs: [input],
      params: {},
    },
  };
  async function* body() {
    yield bytes;
  }
  let html: Buffer | undefined;
  for await (const event of deps.runner.run(
    spec,
    [{ slot: 'report', bytes: bytes.length, body: body() }],
    attempt.signal,
  )) {
    if (event.t === 'blob' && event.id === 'html') html = await collect(event.body);
    else if (event.t === 'ended' && !event.ok)
      throw new AssayError('job.output_invalid', `The report could not be drawn: ${event.error.message}`);
  }
  return filled(html, 'html');
}

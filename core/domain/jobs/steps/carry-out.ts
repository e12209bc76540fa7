import { AssayError, collect, type RuntimeDescription } from '@assay/sdk';
import { newSlot } from '../../../base/encryption/index.ts';
import type { RunEvent } from '../../../base/runner/index.ts';
import { type StoredArtifact, storeArtifact } from '../../artifacts/index.ts';
import type { ReturnedBlob } from '../../reports/index.ts';
import { createProgress } from '../progress.ts';
import { type Attempt, filled, type RunOutput, type WorkDeps } from './attempt.ts';
import { specify } from './specify.ts';

/** What the tool said no with, or how it failed, as an error of the product. */
function toError(error: Extract<RunEvent, { t: 'ended'; ok: false }>['error'], tool: string): AssayError {
  const refusal = { tool: error };
  if (error.class === 'resource' && error.code === 'TIMEOUT')
    return new AssayError('job.timeout', error.message, refusal);
  if (error.class === 'resource') return new AssayError('job.limit_exceeded', error.message, refusal);
  if (error.class === 'internal' && error.code === 'UNAVAILABLE')
    return new AssayError('tool.runtime_unavailable', error.message);
  if (error.class === 'internal') {
    const broken = error.code === 'PROTOCOL' ? 'run.protocol_violated' : 'job.tool_failed';
    return new AssayError(broken, `${tool} failed: ${error.message}`, refusal);
  }
  return new AssayError('job.tool_refused', error.message, refusal);
}

interface Gathered {
  runtime?: RuntimeDescription;
  result?: unknown;
  seconds: number;
  readonly blobs: Map<string, ReturnedBlob>;
  readonly artifacts: Map<string, StoredArtifact>;
  readonly datasets: Map<string, StoredArtifact>;
}

function parse(bytes: Buffer, what: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new AssayError('job.output_invalid', `${what} is not JSON.`, { cause });
  }
}

async function takeBlob(
  deps: WorkDeps,
  attempt: Attempt,
  gathered: Gathered,
  event: Extract<RunEvent, { t: 'blob' }>,
) {
  if (event.role === 'table' || event.role === 'figure') {
    gathered.blobs.set(event.id, {
      digest: '',
      json: parse(await collect(event.body), `${event.role} "${event.id}"`),
    });
    return;
  }
  const ofDataset = event.role === 'dataset';
  const kind = ofDataset ? 'dataset-original' : `job-${event.name}`;
  const artifact = { kind, mediaType: event.media, body: event.body };
  // A data set can be erased by itself: it has a key of its own from its first byte.
  const { workspace, cipher } = attempt;
  const under = ofDataset ? { workspace, cipher, slot: newSlot() } : attempt;
  const stored = await storeArtifact(deps, under, artifact, attempt.signal);
  attempt.stored.push(stored);
  (ofDataset ? gathered.datasets : gathered.artifacts).set(event.id, stored);
}

/** Has the run carried out by the runner; artifacts go to the store, encrypted, while they come. */
export async function carryOut(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const started = performance.now();
  try {
    attempt.output = await gather(deps, attempt);
  } finally {
    // What was stopped has used its time all the same.
    attempt.ranMs ||= performance.now() - started;
  }
}

async function gather(deps: WorkDeps, attempt: Attempt): Promise<RunOutput> {
  const inputs = filled(attempt.staged, 'staged').map(({ input, body }) => ({
    slot: input.slot,
    bytes: input.bytes,
    body,
  }));
  const gathered: Gathered = { seconds: 0, blobs: new Map(), artifacts: new Map(), datasets: new Map() };
  const progress = createProgress(deps, attempt);
  for await (const event of deps.runner.run(specify(attempt), inputs, attempt.signal)) {
    switch (event.t) {
      case 'started':
        gathered.runtime = event.runtime;
        break;
      case 'progress':
        await progress.tell({
          stage: event.stage,
          fraction: event.fraction,
          ...(event.note ? { note: event.note } : {}),
        });
        break;
      case 'blob':
        await takeBlob(deps, attempt, gathered, event);
        break;
      case 'digest': {
        const blob = gathered.blobs.get(event.id);
        if (blob) gathered.blobs.set(event.id, { ...blob, digest: event.digest });
        break;
      }
      case 'result':
        gathered.result = parse(await collect(event.body), 'the result');
        break;
      case 'ended':
        attempt.ranMs = event.seconds * 1000;
        if (!event.ok) throw toError(event.error, attempt.tool.name);
        gathered.seconds = event.seconds;
        attempt.timings = { ...attempt.timings, ...event.timings };
    }
  }
  const { result, seconds, blobs, artifacts, datasets } = gathered;
  return { runtime: filled(gathered.runtime, 'runtime'), result, seconds, blobs, artifacts, datasets };
}

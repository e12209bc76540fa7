import { randomUUID } from 'node:crypto';
import { AssayError, digestJson } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import { costOf, handOver, overtake, ranks, reserve } from '../quotas/index.ts';
import { requireTool } from '../tools/index.ts';
import { type Admission, admissionChecks, type SubmitDeps } from './admission/index.ts';
import { requireJob, sealPart, viewJob } from './view.ts';
import type { JobView, SubmitRequest } from './views.ts';

/** Seed of a job whose caller gave none: fixed, so that the same request gives the same result. */
const defaultSeed = 20_261_101;

export interface Submitted {
  readonly job: JobView;
  /** True where the idempotency key had been used for the same request before: nothing was done now. */
  readonly replayed: boolean;
}

/**
 * Takes the idempotency key for `job`; a second request with the key waits here for the first one's transaction.
 * @returns the job that has the key already, or undefined
 */
async function claimKey(
  query: Query,
  context: Context,
  request: SubmitRequest,
  job: string,
): Promise<string | undefined> {
  const { idempotencyKey: key, ...body } = request;
  if (key === undefined) return undefined;
  const claim = {
    workspace_id: context.workspace,
    principal_id: context.principal.id,
    key,
    body_digest: digestJson(body),
    job_id: job,
  };
  const claimed = await query
    .insertInto('assay.idempotency')
    .values(claim)
    .onConflict((conflict) => conflict.columns(['workspace_id', 'principal_id', 'key']).doNothing())
    .returning('job_id')
    .executeTakeFirst();
  if (claimed) return undefined;
  const known = await query
    .selectFrom('assay.idempotency')
    .select(['body_digest', 'job_id'])
    .where('principal_id', '=', context.principal.id)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (known.body_digest !== claim.body_digest)
    throw new AssayError(
      'job.idempotency_key_reused',
      'This Idempotency-Key was used for a different request; use a new key.',
    );
  return known.job_id;
}

async function insertJob(admission: Admission, id: string) {
  const { query, cipher, context, request, tool, params } = admission;
  const row = await query
    .insertInto('assay.job')
    .values({
      workspace_id: context.workspace,
      id,
      principal_id: context.principal.id,
      tool: tool.name,
      version: tool.version,
      plugin_digest: tool.plugin.digest,
      seed: request.seed ?? defaultSeed,
      priority: ranks[request.priority ?? 'normal'],
      request: sealPart(cipher, 'request', id, {
        inputs: request.inputs,
        params,
        ...(request.cache === 'refresh' ? { refresh: true } : {}),
      }),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  for (const [slot, dataset] of Object.entries(request.inputs))
    await query
      .insertInto('assay.job_input')
      .values({ workspace_id: context.workspace, job_id: id, slot, dataset_id: dataset })
      .execute();
  return row;
}

/**
 * Holds what the job may use and sends its message, which is given its place with that; a job that follows from a data
 * set has what was held for that.
 */
async function holdAndSend({ deps, query, context, tool, follows }: Admission, id: string): Promise<void> {
  const { workspace } = context;
  const request = { workspace, subject: id, amounts: costOf(tool.manifest), admitted: follows !== undefined };
  const held = follows === undefined ? undefined : await handOver(query, follows, id);
  const message = await deps.queue.send(query, 'job', { workspace, id }, held ?? 0);
  if (held !== undefined) return;
  await reserve(deps, query, { ...request, message });
  await overtake(deps, query, { workspace, subject: id });
}

/**
 * Admits a job in the caller's transaction: job, audit record, reservation and queue message, or none of them.
 * @param follows the data set that it reads, where that was admitted with all that its reading needs
 */
export async function submitIn(
  deps: SubmitDeps,
  query: Query,
  context: Context,
  request: SubmitRequest,
  follows?: string,
): Promise<Submitted> {
  const id = randomUUID();
  const known = await claimKey(query, context, request, id);
  const before = known && (await requireJob(query, known));
  const cipher = await deps.ciphers.of(query, context.workspace);
  if (before) return { job: viewJob(before, cipher), replayed: true };
  const tool = await requireTool(deps, query, context, request.tool);
  const admission: Admission = {
    deps,
    context,
    request,
    tool,
    follows,
    query,
    cipher,
    params: structuredClone({ ...request.params }),
    data: new Map(),
  };
  for (const check of admissionChecks) await check(admission);
  const row = await insertJob(admission, id);
  await recordAudit(deps, query, context, {
    action: 'job.submit',
    subject: { kind: 'job', id },
    outcome: 'succeeded',
    plugin: tool.plugin.digest,
    detail: { tool: tool.name, version: tool.version },
  });
  await holdAndSend(admission, id);
  return { job: viewJob(row, cipher), replayed: false };
}

/**
 * Submits a job: one exact tool version over data sets of the workspace.
 * @throws AssayError `tool.not_found`, `tool.input_invalid` (with what would fit), `dataset.not_found`,
 *   `dataset.not_ready`, `job.idempotency_key_reused`, `quota.exceeded`
 */
export async function submitJob(
  deps: SubmitDeps,
  context: Context,
  request: SubmitRequest,
): Promise<Submitted> {
  requirePermission(context, 'jobs:submit');
  return deps.database.withWorkspace(context.workspace, (query) => submitIn(deps, query, context, request));
}

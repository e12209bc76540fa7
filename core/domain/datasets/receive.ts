import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { newSlot } from '../../base/encryption/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import { discardArtifacts, recordArtifact, type StoredArtifact, storeArtifact } from '../artifacts/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import {
  costOf,
  firstBytes,
  meterUpload,
  nothingSpent,
  reserve,
  settleReservation,
  settleUpload,
} from '../quotas/index.ts';
import type { HeldCipher } from '../workspaces/index.ts';
import { viewDataset } from './view.ts';
import type { DatasetView } from './views.ts';

export interface ReceiveRequest {
  readonly name: string;
  readonly mediaType: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** Announced length, where the caller gave one; a body that ends elsewhere was cut. */
  readonly length?: number;
}

/** Media types of files that the table runtime reads. */
export const acceptedMediaTypes = [
  'text/csv',
  'text/tab-separated-values',
  'text/plain',
  'application/json',
  'application/x-ndjson',
  'application/vnd.apache.parquet',
  'application/vnd.apache.arrow.stream',
  'application/octet-stream',
] as const;

/** The appliance's own tool that reads an upload. */
export const profileTool = 'table/profile';

function checkName(name: string): void {
  if (name.trim().length > 0 && name.length <= 200 && !/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u.test(name)) return;
  throw new AssayError(
    'dataset.name_invalid',
    'The name must have 1 to 200 characters, no control characters and no text direction marks.',
    {
      issues: [
        { pointer: '/name', code: 'NAME', detail: 'not a usable name', hint: 'for example "sleep.csv"' },
      ],
    },
  );
}

/** Counts what passes and ends with an error where it is empty, too long, or shorter than announced. */
async function* counted(
  request: ReceiveRequest,
  maxBytes: number,
  meter: (bytes: number) => Promise<void>,
  done: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new AssayError(
        'request.too_large',
        `A data set may have at most ${maxBytes} bytes; this one has more.`,
      );
    await meter(bytes);
    yield chunk;
  }
  if (bytes === 0)
    throw new AssayError('dataset.empty', 'The body has no bytes; send the file itself as the body.');
  if (request.length !== undefined && bytes !== request.length)
    throw new AssayError(
      'request.interrupted',
      `${request.length} bytes were announced, ${bytes} came; nothing was kept.`,
    );
  done(bytes);
}

/** What an upload holds from its first byte on: its bytes, and what the job needs that will read it. */
function amountsOf({ plugins, limits }: Deps, { length }: ReceiveRequest) {
  const tool = plugins.find(profileTool);
  const reading = tool ? costOf(tool.manifest) : { jobs: 0, cpu: 0 };
  return { ...reading, bytes: firstBytes(length, limits.maxUploadBytes) };
}

/** Object, row, audit record, message and what is used of the quota: all of them, or none. */
async function keep(
  deps: Deps,
  context: Context,
  request: ReceiveRequest,
  id: string,
  stored: StoredArtifact,
): Promise<DatasetView> {
  const { workspace } = context;
  return deps.database.withWorkspace(workspace, async (query) => {
    await recordArtifact(query, workspace, stored);
    const row = await query
      .insertInto('assay.dataset')
      .values({
        workspace_id: workspace,
        id,
        name: request.name,
        media_type: request.mediaType,
        state: 'received',
        bytes: stored.bytes,
        digest: stored.digest,
        original: stored.id,
        received_by: context.principal.id,
        key_slot: stored.slot,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordAudit(deps, query, context, {
      action: 'dataset.receive',
      subject: { kind: 'dataset', id },
      outcome: 'succeeded',
      after: stored.digest,
      detail: { bytes: stored.bytes },
    });
    const cipher = await deps.ciphers.of(query, workspace);
    const place = await settleUpload(query, { workspace, subject: id }, stored.bytes);
    await deps.queue.send(query, 'dataset', { workspace, id }, place);
    return viewDataset(row, cipher);
  });
}

/** Hashed and encrypted while it streams, counted against the quota before it is stored. */
async function storeUpload(
  deps: Deps,
  context: Context,
  request: ReceiveRequest,
  cipher: HeldCipher,
  meter: (bytes: number) => Promise<void>,
): Promise<StoredArtifact> {
  const { workspace } = context;
  let complete = false;
  const body = counted(request, deps.limits.maxUploadBytes, meter, () => {
    complete = true;
  });
  const artifact = { kind: 'dataset-original', mediaType: request.mediaType, body };
  const stored = await storeArtifact(deps, { workspace, cipher, slot: newSlot() }, artifact, context.signal);
  if (complete) return stored;
  await discardArtifacts(deps, workspace, [stored]);
  throw new AssayError('request.interrupted', 'The body ended early; nothing was kept.');
}

/**
 * Takes a data set in: hashed and encrypted while it streams, its bytes never looked at. The answer comes once the
 * object, its row, the audit record and the message to the worker are all there, or none of them.
 * @throws AssayError `quota.exceeded` before anything is read, or where more comes than there is room for
 */
export async function receiveDataset(
  deps: Deps,
  context: Context,
  request: ReceiveRequest,
): Promise<DatasetView> {
  requirePermission(context, 'datasets:create');
  checkName(request.name);
  if (!(acceptedMediaTypes as readonly string[]).includes(request.mediaType))
    throw new AssayError(
      'request.media_type_unsupported',
      `"${request.mediaType.slice(0, 100)}" cannot be read. Accepted are ${acceptedMediaTypes.join(', ')}.`,
    );
  const { workspace } = context;
  const id = randomUUID();
  const amounts = amountsOf(deps, request);
  const cipher = await deps.database.withWorkspace(workspace, async (query) => {
    const held = await deps.ciphers.of(query, workspace);
    await reserve(deps, query, { workspace, subject: id, amounts, upload: true });
    return held;
  });
  const meter = meterUpload(deps, { workspace, subject: id, bytes: amounts.bytes });
  let stored: StoredArtifact | undefined;
  try {
    stored = await storeUpload(deps, context, request, cipher, meter);
    return await keep(deps, context, request, id, stored);
  } catch (error) {
    // An answer that never came does not say whether the commit did: the sweep finds out.
    const isUnknown = AssayError.is(error, 'database.unavailable');
    if (stored && !isUnknown) await discardArtifacts(deps, workspace, [stored]);
    await giveBack(deps, workspace, id);
    throw error;
  }
}

/** What cannot be given back now is given back by the worker, as that of a process that was killed. */
async function giveBack(deps: Deps, workspace: string, id: string): Promise<void> {
  try {
    await deps.database.withWorkspace(workspace, (query) =>
      settleReservation(query, workspace, id, nothingSpent),
    );
  } catch (error) {
    deps.log.warn(
      { err: error, dataset: id },
      'what an upload held could not be given back now; the worker will',
    );
  }
}

import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import { discardArtifacts, recordArtifact, storeArtifact } from '../artifacts/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
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
  'application/octet-stream',
] as const;

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

/**
 * Takes a data set in: hashed and encrypted while it streams, its bytes never looked at. The answer comes once the
 * object, its row, the audit record and the message to the worker are all there, or none of them.
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
  const cipher = await deps.database.withWorkspace(workspace, (query) => deps.ciphers.of(query, workspace));
  let complete = false;
  const body = counted(request, deps.limits.maxUploadBytes, () => {
    complete = true;
  });
  const artifact = { kind: 'dataset-original', mediaType: request.mediaType, body };
  const stored = await storeArtifact(deps, cipher, workspace, artifact, context.signal);
  const id = randomUUID();
  try {
    if (!complete) throw new AssayError('request.interrupted', 'The body ended early; nothing was kept.');
    return await deps.database.withWorkspace(workspace, async (query) => {
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
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await recordAudit(query, {
        workspace,
        principal: context.principal.id,
        requestId: context.requestId,
        action: 'dataset.receive',
        subject: { kind: 'dataset', id },
        outcome: 'succeeded',
        detail: { digest: stored.digest, bytes: stored.bytes },
      });
      await deps.queue.send(query, 'dataset', { workspace, id });
      return viewDataset(row, cipher);
    });
  } catch (error) {
    await discardArtifacts(deps, workspace, [stored]);
    throw error;
  }
}

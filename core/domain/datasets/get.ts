import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import { openArtifact } from '../artifacts/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { cipherOf, type DatasetRow, summariseDataset, viewDataset } from './view.ts';
import type { DatasetSummary, DatasetView } from './views.ts';

/** @throws AssayError `dataset.not_found`, also for a data set of another workspace */
export async function requireDataset(query: Query, id: string): Promise<DatasetRow> {
  const row = await query.selectFrom('assay.dataset').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new AssayError('dataset.not_found', `There is no data set ${id} in this workspace.`);
  return row;
}

export async function getDataset(
  deps: Deps,
  context: Context,
  request: { readonly id: string },
): Promise<DatasetView> {
  requirePermission(context, 'datasets:read');
  return deps.database.withWorkspace(context.workspace, async (query) => {
    const row = await requireDataset(query, request.id);
    return viewDataset(row, await cipherOf(deps, query, row));
  });
}

export interface PageRequest {
  readonly limit: number;
  /** Id of the last item of the page before. */
  readonly after?: string;
}

/** Newest first. */
export async function listDatasets(
  deps: Deps,
  context: Context,
  request: PageRequest,
): Promise<{ items: DatasetSummary[]; next?: string }> {
  requirePermission(context, 'datasets:read');
  const rows = await deps.database.withWorkspace(context.workspace, async (query) => {
    let page = query
      .selectFrom('assay.dataset')
      .selectAll()
      .orderBy('received_at', 'desc')
      .orderBy('id', 'desc');
    if (request.after) {
      const last = await requireDataset(query, request.after);
      page = page.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('received_at', 'id'), '<', tuple(last.received_at, last.id)),
      );
    }
    return page.limit(request.limit + 1).execute();
  });
  const items = rows.slice(0, request.limit).map(summariseDataset);
  const last = items.at(-1);
  return rows.length > request.limit && last ? { items, next: last.id } : { items };
}

export type DatasetForm = 'original' | 'parquet' | 'arrow';

export interface DatasetContent {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly body: AsyncIterable<Uint8Array>;
  /** First and last byte where only a part was asked for. */
  readonly range?: ByteRange;
}

/** First and last byte, both of them part of it. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range of a `Range` header (RFC 9110, section 14), cut to what there is.
 * @throws AssayError `request.range_invalid`
 */
function rangeOf(header: string, bytes: number): ByteRange {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  const last = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  const first = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  if (from + to !== '' && Number.isSafeInteger(first) && first <= last) return { first, last };
  throw new AssayError(
    'request.range_invalid',
    `"${header.slice(0, 80)}" is no range of these ${bytes} bytes; one looks like bytes=0-65535.`,
  );
}

/** The bytes of a data set, as uploaded or as made from it. Reading is audited. */
export async function readDataset(
  deps: Deps,
  context: Context,
  request: { readonly id: string; readonly form: DatasetForm; readonly range?: string },
): Promise<DatasetContent> {
  requirePermission(context, 'datasets:export');
  const { workspace } = context;
  return deps.database.withWorkspace(workspace, async (query) => {
    const row = await requireDataset(query, request.id);
    if (row.state === 'erased')
      throw new AssayError(
        'dataset.erased',
        `The data set was erased on ${row.erased_at?.toISOString()}, with its key.`,
      );
    const artifact = row[request.form];
    if (!artifact)
      throw new AssayError(
        'dataset.not_ready',
        `The data set is ${row.state}; its ${request.form} form is not there.`,
      );
    const opened = await openArtifact(deps, query, workspace, artifact, row.key_slot);
    const range = request.range === undefined ? undefined : rangeOf(request.range, opened.bytes);
    await recordAudit(deps, query, context, {
      action: 'dataset.read',
      subject: { kind: 'dataset', id: row.id },
      outcome: 'allowed',
      detail: { form: request.form, ...range },
    });
    const suffix = request.form === 'original' ? '' : `.${request.form}`;
    return {
      name: `${row.name}${suffix}`,
      mediaType: opened.mediaType,
      bytes: opened.bytes,
      body: range ? opened.range(range.first, range.last + 1) : opened.body,
      ...(range ? { range } : {}),
    };
  });
}

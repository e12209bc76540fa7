import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import { openArtifact } from '../artifacts/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { type DatasetRow, summariseDataset, viewDataset } from './view.ts';
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
  return deps.database.withWorkspace(context.workspace, async (query) =>
    viewDataset(await requireDataset(query, request.id), await deps.ciphers.of(query, context.workspace)),
  );
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
}

/** The bytes of a data set, as uploaded or as made from it. Reading is audited. */
export async function readDataset(
  deps: Deps,
  context: Context,
  request: { readonly id: string; readonly form: DatasetForm },
): Promise<DatasetContent> {
  requirePermission(context, 'datasets:read');
  const { workspace } = context;
  return deps.database.withWorkspace(workspace, async (query) => {
    const row = await requireDataset(query, request.id);
    const artifact = row[request.form];
    if (!artifact)
      throw new AssayError(
        'dataset.not_ready',
        `The data set is ${row.state}; its ${request.form} form is not there.`,
      );
    const opened = await openArtifact(
      deps,
      query,
      await deps.ciphers.of(query, workspace),
      workspace,
      artifact,
    );
    await recordAudit(query, {
      workspace,
      principal: context.principal.id,
      requestId: context.requestId,
      action: 'dataset.read',
      subject: { kind: 'dataset', id: row.id },
      outcome: 'allowed',
      detail: { form: request.form },
    });
    const suffix = request.form === 'original' ? '' : `.${request.form}`;
    return {
      name: `${row.name}${suffix}`,
      mediaType: opened.mediaType,
      bytes: opened.bytes,
      body: opened.body,
    };
  });
}

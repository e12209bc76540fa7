import { AssayError } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { viewErasure } from './view.ts';
import type { ErasureView } from './views.ts';

/** @throws AssayError `erasure.not_found`, also for one of another workspace */
export async function getErasure(
  deps: Pick<Deps, 'database'>,
  context: Context,
  request: { readonly id: string },
): Promise<ErasureView> {
  requirePermission(context, 'erasures:read');
  const row = await deps.database.withWorkspace(context.workspace, (query) =>
    query.selectFrom('assay.erasure').selectAll().where('id', '=', request.id).executeTakeFirst(),
  );
  if (!row) throw new AssayError('erasure.not_found', `There is no erasure ${request.id} in this workspace.`);
  return viewErasure(row);
}

/** Newest first, at most 1,000. */
export async function listErasures(
  deps: Pick<Deps, 'database'>,
  context: Context,
): Promise<{ items: ErasureView[] }> {
  requirePermission(context, 'erasures:read');
  const rows = await deps.database.withWorkspace(context.workspace, (query) =>
    query.selectFrom('assay.erasure').selectAll().orderBy('destroyed_at', 'desc').limit(1000).execute(),
  );
  return { items: rows.map(viewErasure) };
}

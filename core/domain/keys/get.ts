import { AssayError } from '@assay/sdk';
import type { Selectable } from 'kysely';
import type { Tables } from '../../base/database/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import type { KeysView, RotationView } from './views.ts';

export function viewRotation(row: Selectable<Tables['assay.rotation']>): RotationView {
  return {
    id: row.id,
    key: row.key,
    fromVersion: row.from_version,
    toVersion: row.to_version,
    state: row.state,
    total: row.total,
    rewrapped: row.rewrapped,
    failed: row.failed,
    failures: row.failures as RotationView['failures'],
    requestedBy: row.requested_by,
    startedAt: row.started_at.toISOString(),
    ...(row.finished_at ? { finishedAt: row.finished_at.toISOString() } : {}),
  };
}

/** Where the keys are, and what was rotated last. Never key material. */
export async function getKeys(
  deps: Pick<Deps, 'database' | 'keys' | 'ciphers'>,
  context: Context,
): Promise<KeysView> {
  requirePermission(context, 'keys:read');
  deps.keys.require();
  const source = deps.keys.describe();
  if (!source) throw new TypeError('keys that can be used describe themselves');
  return deps.database.withWorkspace(context.workspace, async (query) => {
    const { newestVersion } = await deps.ciphers.of(query, context.workspace);
    const rows = await query
      .selectFrom('assay.rotation')
      .selectAll()
      .orderBy('started_at', 'desc')
      .limit(20)
      .execute();
    const { provider, keyUri, keyVersion: rootVersion, protection } = source;
    return {
      source: { provider, keyUri, rootVersion, protection },
      workspaceVersion: newestVersion,
      rotations: rows.map(viewRotation),
    };
  });
}

/** @throws AssayError `rotation.not_found` */
export async function getRotation(
  deps: Pick<Deps, 'database'>,
  context: Context,
  request: { readonly id: string },
): Promise<RotationView> {
  requirePermission(context, 'keys:read');
  const row = await deps.database.withWorkspace(context.workspace, (query) =>
    query.selectFrom('assay.rotation').selectAll().where('id', '=', request.id).executeTakeFirst(),
  );
  if (!row)
    throw new AssayError('rotation.not_found', `There is no rotation ${request.id} in this workspace.`);
  return viewRotation(row);
}

import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { keyringLock } from '../erasures/index.ts';
import { keyContext } from '../workspaces/index.ts';
import { viewRotation } from './get.ts';
import { countUnderOlderRoot } from './root.ts';
import type { RotatedKey, RotationView } from './views.ts';

/** How many keys are under an older version than this: of this workspace, or for the root key of every one. */
async function countOlder(query: Query, key: RotatedKey, version: number): Promise<number> {
  if (key === 'root') return countUnderOlderRoot(query, version);
  const { rows } = await sql<{ left: string }>`
    select (select count(*) from assay.artifact where key_version < ${version})
         + (select count(*) from assay.dataset where key_version < ${version})
         + (select count(*) from assay.job where key_version < ${version}) as left`.execute(query);
  return Number(rows[0]?.left ?? 0);
}

async function addVersion(deps: Deps, query: Query, key: RotatedKey, workspace: string): Promise<number> {
  if (key === 'root') {
    await sql`select pg_advisory_xact_lock(${keyringLock})`.execute(query);
    return deps.keys.rotate();
  }
  const { newestVersion } = await deps.ciphers.of(query, workspace);
  const version = newestVersion + 1;
  const { key: raw, wrapped } = await deps.keys.generateKey(keyContext(workspace, version));
  raw.fill(0);
  await query
    .insertInto('assay.workspace_key')
    .values({ workspace_id: workspace, version, wrapped: JSON.stringify(wrapped) })
    .execute();
  return version;
}

/**
 * Makes the next version of a key. From now on it wraps; what is under older versions is wrapped anew by the worker, in
 * batches, while everything can be read all the time. No stored object is touched.
 * @throws AssayError `rotation.running`
 */
export async function rotateKey(
  deps: Deps,
  context: Context,
  request: { readonly key: RotatedKey },
): Promise<RotationView> {
  requirePermission(context, 'keys:rotate');
  // It is under every workspace's key.
  if (request.key === 'root') requirePermission(context, 'keys:rotate_root');
  const { workspace } = context;
  return deps.database.withWorkspace(workspace, async (query) => {
    const open = await query
      .selectFrom('assay.rotation')
      .select('id')
      .where('key', '=', request.key)
      .where('state', '=', 'running')
      .executeTakeFirst();
    if (open)
      throw new AssayError(
        'rotation.running',
        `Rotation ${open.id} of this key is running; wait for its end.`,
      );
    const version = await addVersion(deps, query, request.key, workspace);
    const row = await query
      .insertInto('assay.rotation')
      .values({
        workspace_id: workspace,
        id: randomUUID(),
        key: request.key,
        from_version: version - 1,
        to_version: version,
        total: await countOlder(query, request.key, version),
        requested_by: context.principal.id,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordAudit(deps, query, context, {
      action: 'key.rotate',
      subject: { kind: 'key', id: request.key, version: String(version) },
      outcome: 'succeeded',
      detail: { rotation: row.id, left: row.total },
    });
    return viewRotation(row);
  });
}

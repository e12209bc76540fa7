import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import type { Context } from '../access/index.ts';
import { forgetArtifacts } from '../artifacts/index.ts';
import { systemPrincipal } from '../audit/index.ts';
import { listDescendants, requireDataset } from '../datasets/index.ts';
import { endSessions, forgetSignIn, requireDispensable } from '../identity/index.ts';
import type { ErasedKind } from './views.ts';

/** What is to be erased, as it was found. */
export interface Found {
  readonly slot: number | null;
  readonly artifacts: readonly { readonly id: string }[];
  readonly digest?: string;
  /** Data sets that were made of it; each has a key of its own. */
  readonly descendants?: readonly string[];
}

interface Subject {
  readonly kind: ErasedKind;
  readonly id: string;
}

const erasedName = 'erased';

async function requireErasableDataset(query: Query, id: string): Promise<Found> {
  await query.selectFrom('assay.dataset').select('id').where('id', '=', id).forUpdate().execute();
  const row = await requireDataset(query, id);
  if (row.state === 'received')
    throw new AssayError('dataset.not_ready', 'The data set is being read; erase it once it is ready.', {
      retryAfter: 2,
    });
  const forms = [row.original, row.parquet, row.arrow].filter((form) => form !== null);
  const artifacts = await query
    .selectFrom('assay.artifact')
    .select('id')
    .where((at) => at.or([at('id', 'in', forms), at('key_slot', '=', row.key_slot)]))
    .execute();
  const descendants = await listDescendants(query, id);
  return {
    slot: row.key_slot === null ? null : Number(row.key_slot),
    artifacts,
    digest: row.digest,
    descendants,
  };
}

/** A person is erased everywhere at once; where that is more than the caller's workspace, it takes more than its role. */
async function requireErasableEverywhere(query: Query, context: Context, id: string): Promise<void> {
  const elsewhere = await query
    .selectFrom('assay.membership')
    .select('workspace_id')
    .where('principal_id', '=', id)
    .where('workspace_id', '<>', context.workspace)
    .limit(1)
    .executeTakeFirst();
  if (elsewhere && !context.principal.permissions.has('users:write'))
    throw new AssayError(
      'erasure.refused',
      'This person is a member of other workspaces too; an administrator of the home workspace can erase them.',
    );
  await requireDispensable(query, id);
}

async function requireErasablePerson(query: Query, context: Context, id: string): Promise<Found> {
  const row = await query
    .selectFrom('assay.principal as p')
    .select(['key_slot', 'kind'])
    .where('id', '=', id)
    // The transaction sees everybody; this workspace knows its members and whose jobs it has.
    .where(({ or, exists, selectFrom }) =>
      or([
        exists(
          selectFrom('assay.membership as m')
            .select('m.role')
            .whereRef('m.principal_id', '=', 'p.id')
            .where('m.workspace_id', '=', context.workspace),
        ),
        exists(selectFrom('assay.job as j').select('j.id').whereRef('j.principal_id', '=', 'p.id')),
      ]),
    )
    .executeTakeFirst();
  if (!row || id === systemPrincipal || row.kind === 'system')
    throw new AssayError('person.not_found', `There is no person ${id} in this workspace.`);
  if (id === context.principal.id)
    throw new AssayError('erasure.refused', 'Nobody erases themselves: another administrator has to do it.');
  await requireErasableEverywhere(query, context, id);
  return { slot: row.key_slot === null ? null : Number(row.key_slot), artifacts: [] };
}

/** A person needs `withPeople`. @throws AssayError where there is no such subject, or it cannot be erased now */
export async function requireSubject(query: Query, context: Context, subject: Subject): Promise<Found> {
  const before = await query
    .selectFrom('assay.erasure')
    .select(['id', 'destroyed_at'])
    .where('subject_id', '=', subject.id)
    .executeTakeFirst();
  if (before)
    throw new AssayError(
      'erasure.refused',
      `It was erased on ${before.destroyed_at.toISOString()}: erasure ${before.id}.`,
    );
  return subject.kind === 'dataset'
    ? requireErasableDataset(query, subject.id)
    : requireErasablePerson(query, context, subject.id);
}

/**
 * Takes everything out of the rows that could be read, or that could open an object. Ids, digests and dates stay. A
 * person's memberships, tokens and sessions end in every workspace.
 */
export async function forget(
  query: Query,
  workspace: string,
  { kind, id }: Subject,
  found: Found,
  at: Date,
): Promise<void> {
  if (kind === 'dataset') {
    await query
      .updateTable('assay.dataset')
      .set({ state: 'erased', name: erasedName, profile: null, reasons: null, erased_at: at })
      .where('id', '=', id)
      .execute();
    const ids = found.artifacts.map((artifact) => artifact.id);
    await forgetArtifacts(query, workspace, ids);
    return;
  }
  await query
    .updateTable('assay.principal')
    .set({ name: erasedName, erased_at: at })
    .where('id', '=', id)
    .execute();
  await query
    .updateTable('assay.token')
    .set({ revoked_at: at })
    .where('principal_id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
  await endSessions(query, id);
  await forgetSignIn(query, id);
  await query.deleteFrom('assay.membership').where('principal_id', '=', id).execute();
}

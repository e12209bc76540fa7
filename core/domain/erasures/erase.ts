import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import { discardArtifacts } from '../artifacts/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { certify } from './certificate.ts';
import { type Found, forget, requireSubject } from './subject.ts';
import { viewErasure } from './view.ts';
import type { ErasedKind, ErasureView } from './views.ts';

export interface EraseRequest {
  readonly subject: { readonly kind: ErasedKind; readonly id: string };
  /** Why, for the record; no person is to be named in it. */
  readonly reason: string;
}

const dayMs = 86_400_000;
/** One writer of the keyring at a time, over all processes. */
export const keyringLock = 7_218_301_122;

async function write(
  deps: Deps,
  query: Query,
  context: Context,
  request: EraseRequest,
  found: Found,
): Promise<ErasureView> {
  const id = randomUUID();
  const { kind, id: subject } = request.subject;
  const destroyedAt = new Date();
  const { keyBackupDays: backupDays } = deps.limits;
  const irrecoverableFrom = new Date(destroyedAt.getTime() + backupDays * dayMs);
  const { workspace } = context;
  const objects = found.artifacts.length;
  const descendants = found.descendants ?? [];
  const certificate = await certify(deps, {
    descendants,
    ...{ id, workspace, kind, subject, objects, destroyedAt, irrecoverableFrom, backupDays },
  });
  const row = await query
    .insertInto('assay.erasure')
    .values({
      workspace_id: workspace,
      id,
      subject_kind: kind,
      subject_id: subject,
      key_slot: found.slot,
      objects,
      reason: request.reason,
      requested_by: context.principal.id,
      destroyed_at: destroyedAt,
      irrecoverable_from: irrecoverableFrom,
      certificate,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordAudit(deps, query, context, {
    action: `${kind}.erase`,
    subject: { kind, id: subject },
    outcome: 'succeeded',
    reason: request.reason,
    detail: {
      ...{ erasure: id, objects },
      ...(descendants.length > 0 ? { left: descendants.join(' ').slice(0, 4000) } : {}),
    },
    ...(found.digest ? { before: found.digest } : {}),
  });
  if (found.slot !== null) {
    await sql`select pg_advisory_xact_lock(${keyringLock})`.execute(query);
    const entry = { slot: found.slot, kind, subject, erasure: id, at: destroyedAt.toISOString() };
    // The last step before the commit: where the keyring cannot be written nothing has happened, and where the commit
    // fails after it, the next start finds the key in the keyring's list and ends the erasure.
    await deps.keys.destroy([entry]);
  }
  return viewErasure(row);
}

/**
 * Destroys the key of a data set or of a person, for good, and removes what it protected. Reports that were made from a
 * data set stay: they say what was found, and name it. What other jobs made of it stays too, under keys of its own: the certificate
 * names it, and whoever erases for somebody's sake erases that as well.
 * @throws AssayError `dataset.not_found`, `person.not_found`, `erasure.refused`, `workspace.last_administrator`
 */
export async function erase(deps: Deps, context: Context, request: EraseRequest): Promise<ErasureView> {
  requirePermission(context, 'erasures:create');
  const reason = request.reason.trim();
  if (reason.length === 0)
    throw new AssayError('request.invalid', 'An erasure needs a reason, for the record.', {
      issues: [{ pointer: '/reason', code: 'REQUIRED', detail: 'why it is erased, without naming a person' }],
    });
  const { workspace } = context;
  const { withWorkspace, withPeople } = deps.database;
  const within = request.subject.kind === 'person' ? withPeople : withWorkspace;
  const { view, artifacts } = await within(workspace, async (query) => {
    const found = await requireSubject(query, context, request.subject);
    await forget(query, workspace, request.subject, found, new Date());
    return {
      view: await write(deps, query, context, { ...request, reason }, found),
      artifacts: found.artifacts,
    };
  });
  await discardArtifacts(deps, workspace, artifacts);
  return view;
}

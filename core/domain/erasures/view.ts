import type { Selectable } from 'kysely';
import type { Tables } from '../../base/database/index.ts';
import type { ErasureView } from './views.ts';

export function viewErasure(row: Selectable<Tables['assay.erasure']>): ErasureView {
  return {
    id: row.id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    reason: row.reason,
    objects: row.objects,
    requestedBy: row.requested_by,
    destroyedAt: row.destroyed_at.toISOString(),
    irrecoverableFrom: row.irrecoverable_from.toISOString(),
    certificate: row.certificate,
  };
}

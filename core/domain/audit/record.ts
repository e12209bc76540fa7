import type { Query } from '../../base/database/index.ts';

export interface AuditEntry {
  readonly workspace: string;
  readonly principal: string;
  readonly requestId: string;
  /** `dataset.receive`, `job.submit`: noun and verb. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly outcome: 'allowed' | 'refused' | 'succeeded' | 'failed';
  /** Identifiers, digests, codes and counts; never a value out of customer data. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * Writes an audit record in the transaction of the change itself: no record, no change.
 * Who acts and what about is asked for in full, since there is no default that would be right.
 */
export async function recordAudit(query: Query, entry: AuditEntry): Promise<void> {
  await query
    .insertInto('assay.audit_record')
    .values({
      workspace_id: entry.workspace,
      principal_id: entry.principal,
      action: entry.action,
      subject_kind: entry.subject.kind,
      subject_id: entry.subject.id,
      outcome: entry.outcome,
      request_id: entry.requestId,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}

import { AssayError } from '@assay/sdk';
import { personCipher } from '../../base/encryption/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import {
  type AuditDocument,
  type AuditRow,
  isGenuine,
  leafDocument,
  personalContext,
} from '../audit/index.ts';
import type { Deps } from '../deps.ts';

/** What was known of whoever acted; absent for the appliance itself, and once the person was erased. */
export interface Personal {
  readonly name: string;
  readonly address: string | null;
  readonly agent: string | null;
}

export type AuditRecordView = Omit<AuditDocument, 'v' | 'personal'> & {
  readonly seq: number;
  readonly person?: Personal;
  /** What is wrong with the record as it stands in the database. */
  readonly fault?: string;
};

function openPersonal(
  { keys }: Pick<Deps, 'keys'>,
  row: AuditRow,
  slot: string | null,
): Personal | undefined {
  if (row.personal === null || slot === null) return undefined;
  try {
    const slotKey = keys.slotKey(Number(slot));
    const opened = personCipher(row.principal_id, slotKey).unseal(
      personalContext(row.request_id),
      row.personal,
    );
    slotKey.fill(0);
    return JSON.parse(opened.toString('utf8')) as Personal;
  } catch (error) {
    // Erased, or altered: the record is shown without it, and `audit verify` names one that was altered.
    if (
      AssayError.is(error, 'encryption.key_destroyed') ||
      AssayError.is(error, 'encryption.ciphertext_invalid')
    )
      return undefined;
    throw error;
  }
}

/** Records of the workspace, newest first. @param request.before number of the last one of the page before */
export async function listRecords(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  request: { readonly limit: number; readonly before?: number },
): Promise<{ items: AuditRecordView[]; next?: number }> {
  requirePermission(context, 'audit:read');
  const rows = await deps.database.withWorkspace(context.workspace, (query) => {
    let page = query
      .selectFrom('assay.audit_record as r')
      .leftJoin('assay.principal as p', 'p.id', 'r.principal_id')
      .selectAll('r')
      .select('p.key_slot')
      .orderBy('r.seq', 'desc');
    if (request.before !== undefined) page = page.where('r.seq', '<', String(request.before));
    return page.limit(request.limit + 1).execute();
  });
  const items = rows.slice(0, request.limit).map((row) => {
    const { v: _, mac: _mac, personal: _sealed, ...record } = leafDocument(row);
    const person = openPersonal(deps, row, row.key_slot);
    const fault = isGenuine(deps, row) ? {} : { fault: 'its MAC does not fit: it was altered or forged' };
    return { ...record, ...(person ? { person } : {}), ...fault };
  });
  const last = items.at(-1);
  return rows.length > request.limit && last ? { items, next: last.seq } : { items };
}

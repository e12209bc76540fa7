import type { Issue, Profile } from '@assay/sdk';
import type { Selectable } from 'kysely';
import type { Query, Tables } from '../../base/database/index.ts';
import type { Cipher } from '../../base/encryption/index.ts';
import type { Deps } from '../deps.ts';
import type { DatasetSummary, DatasetView } from './views.ts';

export type DatasetRow = Selectable<Tables['assay.dataset']>;

/** The cipher of the data set's own key. Of one that was erased nothing is sealed, so any will do. */
export async function cipherOf(
  deps: Pick<Deps, 'ciphers'>,
  query: Query,
  row: Pick<DatasetRow, 'workspace_id' | 'state' | 'key_slot'>,
): Promise<Cipher> {
  const cipher = await deps.ciphers.of(query, row.workspace_id);
  return row.state === 'erased' ? cipher : deps.ciphers.forSlot(cipher, row.key_slot);
}

/** What a profile holds comes out of customer data, so it is sealed, and bound to its data set. */
export function profileContext(id: string): string {
  return `dataset-profile/v1/${id}`;
}
export function reasonsContext(id: string): string {
  return `dataset-reasons/v1/${id}`;
}

export function openProfile(row: Pick<DatasetRow, 'id' | 'profile'>, cipher: Cipher): Profile | undefined {
  return row.profile
    ? JSON.parse(cipher.unseal(profileContext(row.id), row.profile).toString('utf8'))
    : undefined;
}

export function summariseDataset(row: DatasetRow): DatasetSummary {
  return {
    id: row.id,
    name: row.name,
    mediaType: row.media_type,
    state: row.state,
    bytes: Number(row.bytes),
    digest: row.digest,
    receivedAt: row.received_at.toISOString(),
  };
}

export function viewDataset(row: DatasetRow, cipher: Cipher): DatasetView {
  const profile = openProfile(row, cipher);
  const reasons: Issue[] | undefined = row.reasons
    ? JSON.parse(cipher.unseal(reasonsContext(row.id), row.reasons).toString('utf8'))
    : undefined;
  return {
    ...summariseDataset(row),
    receivedBy: row.received_by,
    ...(row.erased_at ? { erasedAt: row.erased_at.toISOString() } : {}),
    ...(row.made_by_job ? { madeBy: row.made_by_job } : {}),
    ...(row.profile_job ? { profileJob: row.profile_job } : {}),
    ...(profile ? { profile } : {}),
    ...(reasons ? { reasons } : {}),
  };
}

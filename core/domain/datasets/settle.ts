import type { Issue, Profile } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import type { Cipher } from '../../base/encryption/index.ts';
import { profileContext, reasonsContext } from './view.ts';

export type Settlement =
  | { readonly state: 'ready'; readonly profile: Profile; readonly parquet: string; readonly arrow: string }
  | { readonly state: 'rejected'; readonly reasons: readonly Issue[] };

/** Moves a received data set on, in the transaction that finishes its profile job. */
export async function settleDataset(
  query: Query,
  cipher: Cipher,
  id: string,
  settlement: Settlement,
): Promise<void> {
  const seal = (context: string, value: unknown) => cipher.seal(context, Buffer.from(JSON.stringify(value)));
  await query
    .updateTable('assay.dataset')
    .set(
      settlement.state === 'ready'
        ? {
            state: 'ready',
            profile: seal(profileContext(id), settlement.profile),
            parquet: settlement.parquet,
            arrow: settlement.arrow,
          }
        : { state: 'rejected', reasons: seal(reasonsContext(id), settlement.reasons) },
    )
    .where('id', '=', id)
    .where('state', '=', 'received')
    .execute();
}

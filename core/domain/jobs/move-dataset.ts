import type { AssayError, Issue, Profile } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { cipherOf, type Settlement, settleDataset } from '../datasets/index.ts';
import type { Deps } from '../deps.ts';
import { type Attempt, filled } from './steps/attempt.ts';

/** How the job that reads a data set ended. */
export type Reading =
  | { readonly state: 'succeeded'; readonly attempt: Attempt }
  | { readonly state: 'failed'; readonly error: AssayError }
  | { readonly state: 'cancelled' };

/** Why a data set could not be taken, from the way its profile job failed. */
function toReasons(error: AssayError): Issue[] {
  const { tool } = error;
  if (!tool) return [{ pointer: '', code: 'UNREADABLE', detail: error.message }];
  const { row, column } = tool.where ?? {};
  return [
    {
      pointer: '',
      code: tool.code,
      detail: tool.message,
      ...(tool.hint ? { hint: tool.hint } : {}),
      ...(typeof row === 'number' ? { row } : {}),
      ...(typeof column === 'string' ? { column } : {}),
    },
  ];
}

function toSettlement(reading: Reading): Settlement {
  if (reading.state === 'succeeded') {
    const { attempt } = reading;
    const artifacts = filled(attempt.output, 'output').artifacts;
    const profile = filled(attempt.result, 'result').values as Profile;
    const parquet = filled(artifacts.get('parquet'), 'parquet').id;
    const arrow = filled(artifacts.get('arrow'), 'arrow').id;
    return { state: 'ready', profile, parquet, arrow };
  }
  if (reading.state === 'failed') return { state: 'rejected', reasons: toReasons(reading.error) };
  const detail = 'Reading the file was cancelled; upload it again.';
  return { state: 'rejected', reasons: [{ pointer: '', code: 'CANCELLED', detail }] };
}

/** A data set that was waiting for this job moves on with it. */
export async function moveDataset(
  deps: Pick<Deps, 'ciphers' | 'keys'>,
  query: Query,
  job: string,
  reading: Reading,
): Promise<void> {
  const waiting = await query
    .selectFrom('assay.dataset')
    .select(['id', 'workspace_id', 'state', 'key_slot'])
    .where('profile_job', '=', job)
    .where('state', '=', 'received')
    .executeTakeFirst();
  if (!waiting) return;
  await settleDataset(query, await cipherOf(deps, query, waiting), waiting.id, toSettlement(reading));
}

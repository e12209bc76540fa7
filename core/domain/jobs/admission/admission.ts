import type { Column } from '@assay/sdk';
import type { Query } from '../../../base/database/index.ts';
import type { WorkspaceCipher } from '../../../base/encryption/index.ts';
import type { Context } from '../../access/index.ts';
import type { Deps } from '../../deps.ts';
import type { LoadedTool } from '../../plugins/index.ts';
import type { SubmitRequest } from '../views.ts';

export type SubmitDeps = Pick<Deps, 'database' | 'queue' | 'plugins' | 'ciphers' | 'keys' | 'limits'>;

/** What is known of a request while it goes through the checks. */
export interface Admission {
  readonly deps: SubmitDeps;
  readonly context: Context;
  readonly request: SubmitRequest;
  readonly tool: LoadedTool;
  /** What was admitted before and holds already what this job needs: the data set that it reads. */
  readonly follows: string | undefined;
  readonly query: Query;
  readonly cipher: WorkspaceCipher;
  /** Parameters with their defaults filled in; frozen into the job. */
  readonly params: Record<string, unknown>;
  /** Columns and rows by input slot; filled by `requireInputs`. */
  readonly data: Map<string, { readonly columns: readonly Column[]; readonly rows: number }>;
}

/** One check; throws where the job is not to be admitted. */
export type AdmissionCheck = (admission: Admission) => void | Promise<void>;

/** Columns by input slot, once `requireInputs` has filled them in. */
export function columnsOf({ data }: Pick<Admission, 'data'>): Record<string, readonly Column[]> {
  return Object.fromEntries([...data].map(([slot, { columns }]) => [slot, columns]));
}

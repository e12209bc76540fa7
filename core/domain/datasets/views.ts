import type { Issue, Profile } from '@assay/sdk';

export type DatasetState = 'received' | 'ready' | 'rejected' | 'erased';

/** A data set as a principal of its workspace sees it. Times are ISO 8601 in UTC. */
export interface DatasetView {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly state: DatasetState;
  readonly bytes: number;
  /** `sha256:hex` of the original bytes. */
  readonly digest: string;
  readonly receivedAt: string;
  readonly receivedBy: string;
  /** The job that made it of other data sets; absent where it was uploaded. */
  readonly madeBy?: string;
  /** The job of `system` that profiles it. */
  readonly profileJob?: string;
  /** Present when `ready`. */
  readonly profile?: Profile;
  /** Present when `rejected`: what was wrong, and in which row and column. */
  readonly reasons?: readonly Issue[];
  /** Present when `erased`. */
  readonly erasedAt?: string;
}

export interface DatasetSummary {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly state: DatasetState;
  readonly bytes: number;
  readonly digest: string;
  readonly receivedAt: string;
}

/** One data set of a lineage. */
export interface LineageStep {
  readonly id: string;
  readonly name: string;
  readonly state: DatasetState;
  readonly digest: string;
  /** Absent where it was uploaded. `tool` is `prepare/filter@1.0.0`, `from` the data sets that its job was given. */
  readonly madeBy?: { readonly job: string; readonly tool: string; readonly from: readonly string[] };
}

/** Where a data set comes from and what became of it, the nearest first. */
export interface LineageView extends LineageStep {
  readonly ancestors: readonly LineageStep[];
  readonly descendants: readonly LineageStep[];
}

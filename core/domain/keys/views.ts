/** Which key is rotated: the workspace's own, or the installation's root key that wraps it. */
export type RotatedKey = 'workspace' | 'root';

export interface RotationView {
  readonly id: string;
  readonly key: RotatedKey;
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly state: 'running' | 'done';
  /** Keys that were under an older version when it began. */
  readonly total: number;
  readonly rewrapped: number;
  /** Keys that could not be opened, and stay under their version. */
  readonly failed: number;
  /** The first hundred of them. */
  readonly failures: readonly { readonly kind: string; readonly id: string; readonly reason: string }[];
  readonly requestedBy: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
}

export interface KeysView {
  readonly source: {
    readonly provider: string;
    readonly keyUri: string;
    readonly rootVersion: number;
    readonly protection: string;
  };
  readonly workspaceVersion: number;
  readonly rotations: readonly RotationView[];
}

/** A workspace as one of its members sees it. */
export interface WorkspaceView {
  readonly id: string;
  readonly name: string;
  /** True for the one from which the whole installation is administered. */
  readonly home: boolean;
  readonly createdAt: string;
  /** The caller's own; absent where the caller is no member. */
  readonly role?: string;
}

/** What can be erased: a data set with all that was made of it on its arrival, or what is known of a person. */
export type ErasedKind = 'dataset' | 'person';

export interface ErasureView {
  readonly id: string;
  readonly subject: { readonly kind: ErasedKind; readonly id: string };
  readonly reason: string;
  /** Stored objects whose key was destroyed. */
  readonly objects: number;
  readonly requestedBy: string;
  readonly destroyedAt: string;
  /** From when on no backup of the keyring can bring it back. */
  readonly irrecoverableFrom: string;
  /** Signed statement of all this (C2SP signed note, by the key of the audit log). */
  readonly certificate: string;
}

import type { ErrorCode } from '@assay/sdk';
import type { KeyKind } from './keys.ts';

/** What is asked of the thread that a module blocks. Bytes are handed over, and wiped there after use. */
export type Operation =
  | { readonly does: 'open'; readonly name: string; readonly pin: string }
  | { readonly does: 'close' }
  | { readonly does: 'check' }
  | KeyOperation;

export type KeyOperation =
  | { readonly does: 'keys'; readonly prefix: string }
  | {
      readonly does: 'makeSecretKey' | 'makeSigningKey' | 'destroyKey' | 'publicKey';
      readonly label: string;
    }
  | {
      readonly does: 'seal' | 'open-sealed';
      readonly label: string;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly aad: Uint8Array;
    }
  | { readonly does: 'sign'; readonly label: string; readonly bytes: Uint8Array<ArrayBuffer> };

export interface Request {
  /** Which opened token. */
  readonly token: number;
  readonly operation: Operation;
}

export type Answer = Uint8Array | readonly { readonly label: string; readonly kind: KeyKind }[] | undefined;

export type Reply = { readonly answer: Answer } | { readonly code: ErrorCode; readonly message: string };

import { verifierKey } from '../../base/transparency/index.ts';
import type { Deps } from '../deps.ts';

/** Name of the installation's log, as it stands in checkpoints and certificates. */
export function logOrigin(keys: Deps['keys']): string {
  const source = keys.describe();
  if (!source) throw new TypeError('keys that can be used describe themselves');
  return `assay/${source.keyUri.split(':').at(-1)}`;
}

/** What a verifier must be given, best long before it is needed: the public keys of the log. */
export interface LogKeys {
  readonly origin: string;
  /** Verifier key (C2SP signed note) of checkpoints and certificates. */
  readonly logKey: string;
  /** The same of single leaves. */
  readonly leafKey: string;
}

export function logKeysOf(keys: Deps['keys']): LogKeys {
  const origin = logOrigin(keys);
  const { checkpoint, leaf } = keys.publicKeys();
  return { origin, logKey: verifierKey(origin, checkpoint), leafKey: verifierKey(`${origin}/leaf`, leaf) };
}

/** The key of the log as whoever signs with it. */
export function logSigner(keys: Deps['keys']) {
  return {
    name: logOrigin(keys),
    publicKey: keys.publicKeys().checkpoint,
    sign: (bytes: Uint8Array) => keys.signCheckpoint(bytes),
  };
}

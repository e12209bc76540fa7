import { type KeyObject, sign } from 'node:crypto';
import {
  type BundleWithDsseEnvelope,
  bundleFromJSON,
  bundleToJSON,
  isBundleWithDsseEnvelope,
  toDSSEBundle,
} from '@sigstore/bundle';
import { dsse } from '@sigstore/core';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import { refuse } from '../refuse.ts';
import { keyId, type PublisherKey } from './keys.ts';

const mostBytes = 1024 * 1024;

/** A signed document: a Sigstore bundle 0.3 as JSON, with one DSSE envelope, one signature and the id of its key. */
export type SignedDocument = string;

/** Signs a document. Deterministic with Ed25519. */
export function signDocument(document: Buffer, payloadType: string, key: KeyObject): SignedDocument {
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signature = sign(algorithm, dsse.preAuthEncoding(payloadType, document), key);
  const bundle = toDSSEBundle({
    artifact: document,
    artifactType: payloadType,
    signature,
    keyHint: keyId(key),
  });
  return `${JSON.stringify(bundleToJSON(bundle))}\n`;
}

/** A bundle that was read; nothing of it is proven. */
export interface Opened {
  readonly keyId: string;
  readonly payload: Buffer;
  readonly bundle: BundleWithDsseEnvelope;
}

/**
 * Reads a signed document.
 * @throws AssayError plugin.refused where it is none, of another kind, or claims proofs that are not checked here
 */
export function openDocument(text: SignedDocument, payloadType: string): Opened {
  const malformed = (why: string, cause?: unknown) =>
    refuse('signature.malformed', `A signature ${why}.`, { cause });
  if (Buffer.byteLength(text) > mostBytes) throw malformed(`has more than ${mostBytes} bytes`);
  let bundle: ReturnType<typeof bundleFromJSON>;
  try {
    bundle = bundleFromJSON(JSON.parse(text));
  } catch (cause) {
    throw malformed('cannot be read', cause);
  }
  if (bundle.mediaType !== 'application/vnd.dev.sigstore.bundle.v0.3+json')
    throw malformed('is of another edition');
  if (!isBundleWithDsseEnvelope(bundle)) throw malformed('has no statement of its own');
  const { content, verificationMaterial } = bundle;
  const { payloadType: type, payload, signatures } = content.dsseEnvelope;
  if (type !== payloadType) throw malformed(`signs ${JSON.stringify(type.slice(0, 60))}, not ${payloadType}`);
  if (signatures.length !== 1)
    throw malformed('has several signatures in one envelope; each has a bundle of its own');
  const { content: material, tlogEntries, timestampVerificationData: times } = verificationMaterial;
  if (material.$case !== 'publicKey')
    throw malformed('comes with a certificate; keys that the policy lists are taken');
  if (tlogEntries.length > 0 || (times?.rfc3161Timestamps.length ?? 0) > 0)
    throw malformed('comes with proofs of a log or a clock that nobody here can hold');
  return { keyId: material.publicKey.hint, payload: Buffer.from(payload), bundle };
}

/** Holds a document against the key that it names. @throws AssayError plugin.refused where it does not hold */
export function verifyDocument({ bundle, keyId: id }: Opened, key: PublisherKey): void {
  const verifier = new Verifier(
    {
      ...{ certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] },
      publicKey: () => ({ publicKey: key.key, validFor: () => true }),
    },
    { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 },
  );
  try {
    verifier.verify(toSignedEntity(bundle));
  } catch (cause) {
    throw refuse('signature.invalid', `The signature of key ${id.slice(0, 16)} does not hold.`, { cause });
  }
}

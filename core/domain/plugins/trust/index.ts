export type { SignedDocument } from './envelope.ts';
export { type KeyKind, keyId, keyKinds, makeKeyPair, readPrivateKey, readPublicKey } from './keys.ts';
export { noTrust, type Publisher, type ReadPolicy, readPolicy, TrustPolicy } from './policy.ts';
export { findVoucher, type Grounds, listed, type ReleaseList, type Vouched } from './release.ts';
export {
  Revocations,
  readRevocationList,
  readRevocations,
  requireInForce,
  signRevocations,
} from './revocations.ts';
export { Statement, signPackage } from './statement.ts';

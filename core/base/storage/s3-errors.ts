import { AssayError } from '@assay/sdk';

const missing = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);
const full = new Set(['QuotaExceeded', 'InsufficientStorage', 'EntityTooLarge', 'XMinioStorageFull']);
/** What the operator has to do, by the server's code. */
const remedies: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no such bucket; make it, or correct storage.bucket',
  AccessDenied: 'the keys may not do this; grant read, write, list and delete on the bucket',
  InvalidAccessKeyId: 'the access key is unknown there; correct storage.accessKey',
  SignatureDoesNotMatch: 'the secret key is wrong; correct storage.secretKeyFile',
  RequestTimeTooSkewed: "this machine's clock differs from the server's; set it by NTP",
  AuthorizationHeaderMalformed: 'the region is wrong; correct storage.region',
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is not known; name its authority in storage.caFile',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is not known; name it in storage.caFile',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is not known; name its authority in storage.caFile',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is not known; name its authority in storage.caFile',
  ENOTFOUND: 'its name is not known; correct storage.endpoint',
  ECONNREFUSED: 'nothing answers at that address; correct storage.endpoint, or start the server',
};

/** The server's or the network's code of an error; the client hides a status of 5xx in its text. */
export function codeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const status = /Retryable HTTP status: (\d{3})/.exec(String(message))?.[1];
  if (status) return `HTTP ${status}`;
  return typeof code === 'string' && code !== '' ? code : String(message ?? error);
}

export function isMissing(error: unknown): boolean {
  return missing.has(codeOf(error));
}

/** True where a condition of ours was not met: somebody else was first, or the object changed. */
export function isPrecondition(error: unknown): boolean {
  return /^(PreconditionFailed|ConditionalRequestConflict|412|409)$/.test(codeOf(error));
}

/** What may be gone the next time: the server or the network, not what was asked. */
export function isPassing(error: unknown): boolean {
  return /^(HTTP (408|429|499|500|502|503|504|507|520)|SlowDown|InternalError|ServiceUnavailable|RequestTimeout|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_STREAM_PREMATURE_CLOSE|socket hang up|aborted)/.test(
    codeOf(error),
  );
}

/** The error as callers of a store know it. */
export function toStorageError(doing: string, error: unknown): unknown {
  if (AssayError.is(error)) return error;
  const code = codeOf(error);
  if (full.has(code) || code === 'HTTP 507')
    return new AssayError('storage.full', `No room to ${doing}: the object store is full (${code}).`, {
      cause: error,
    });
  const remedy = remedies[code];
  return new AssayError(
    'storage.unavailable',
    `The object store could not ${doing}: ${code}${remedy ? `, ${remedy}` : ''}.`,
    { cause: error },
  );
}

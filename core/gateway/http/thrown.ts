import { AssayError, type ErrorCode } from '@assay/sdk';

interface HttpError {
  readonly isBoom: true;
  readonly isServer: boolean;
  readonly message: string;
  readonly output: { readonly statusCode: number };
}

function isHttpError(error: unknown): error is HttpError {
  return typeof error === 'object' && error !== null && 'isBoom' in error && error.isBoom === true;
}

/** What hapi itself refuses, in our words. */
const ofStatus: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  400: ['request.invalid', 'The request could not be read; its address or its headers are malformed.'],
  404: ['request.not_found', 'There is nothing at this address; GET /openapi.json lists what there is.'],
  503: ['internal.timeout', 'The answer took too long.'],
};

/** Any error that reached the edge, as one of ours. */
export function toAssayError(error: unknown): AssayError {
  if (AssayError.is(error)) return error;
  if (isHttpError(error)) {
    const [code, detail] = ofStatus[error.output.statusCode] ?? [];
    if (code && detail) return new AssayError(code, detail, { cause: error });
  }
  return new AssayError('internal.unexpected', 'An unexpected error reached the edge.', { cause: error });
}

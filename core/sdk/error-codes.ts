/**
 * Every error the product itself may answer with: `noun.problem` -> HTTP status and title.
 * `retryable` says that the same request may succeed later without a change.
 * A tool's own refusals (class + upper-case code) are carried inside `job.tool_refused`.
 */
export const errorCodes = {
  'request.invalid': { status: 400, title: 'The request is not valid', retryable: false },
  'request.not_found': { status: 404, title: 'There is nothing here', retryable: false },
  'request.method_not_allowed': {
    status: 405,
    title: 'The method does not fit the address',
    retryable: false,
  },
  'request.host_refused': { status: 421, title: 'This server does not go by that name', retryable: false },
  'request.origin_refused': { status: 403, title: 'The request came from another site', retryable: false },
  'request.too_large': { status: 413, title: 'The request is too large', retryable: false },
  'request.media_type_unsupported': {
    status: 415,
    title: 'The media type is not supported',
    retryable: false,
  },
  'request.interrupted': { status: 400, title: 'The request ended before it was complete', retryable: true },
  'request.timeout': { status: 408, title: 'The request took too long', retryable: true },
  'request.limit_exceeded': { status: 429, title: 'Too many requests', retryable: true },
  'identity.token_missing': { status: 401, title: 'A token is needed', retryable: false },
  'identity.token_invalid': { status: 401, title: 'The token is not valid', retryable: false },
  'identity.start_token_invalid': { status: 401, title: 'The sign-in token is not valid', retryable: false },
  'access.denied': { status: 403, title: 'This is not permitted', retryable: false },
  'workspace.not_found': { status: 404, title: 'There is no such workspace', retryable: false },
  'dataset.not_found': { status: 404, title: 'There is no such data set', retryable: false },
  'dataset.not_ready': { status: 409, title: 'The data set is not ready', retryable: true },
  'dataset.empty': { status: 422, title: 'The data set is empty', retryable: false },
  'dataset.rejected': { status: 422, title: 'The data set was rejected', retryable: false },
  'dataset.name_invalid': { status: 422, title: 'The name of the data set is not valid', retryable: false },
  'tool.not_found': { status: 404, title: 'There is no such tool', retryable: false },
  'tool.input_invalid': { status: 422, title: 'The input does not fit the tool', retryable: false },
  'tool.runtime_unavailable': { status: 422, title: 'This host cannot run the tool', retryable: false },
  'plugin.manifest_invalid': {
    status: 422,
    title: 'The manifest of the plugin is not valid',
    retryable: false,
  },
  'plugin.digest_mismatch': {
    status: 422,
    title: 'The plugin is not the one that was admitted',
    retryable: false,
  },
  'plugin.not_admitted': { status: 422, title: 'The plugin was not admitted', retryable: false },
  'plugin.not_found': { status: 404, title: 'There is no such plugin', retryable: false },
  'job.not_found': { status: 404, title: 'There is no such job', retryable: false },
  'job.already_finished': { status: 409, title: 'The job is already finished', retryable: false },
  'job.limit_exceeded': { status: 422, title: 'The job went over a limit', retryable: false },
  'job.timeout': { status: 422, title: 'The job took longer than it may', retryable: false },
  'job.tool_refused': { status: 422, title: 'The tool says no', retryable: false },
  'job.tool_failed': { status: 422, title: 'The tool failed', retryable: false },
  'job.output_invalid': {
    status: 422,
    title: 'The tool gave a result that does not fit its manifest',
    retryable: false,
  },
  'job.run_lost': { status: 503, title: 'The job was interrupted too often', retryable: true },
  'job.cancelled': { status: 409, title: 'The job was cancelled', retryable: false },
  'job.idempotency_key_reused': {
    status: 422,
    title: 'The idempotency key belongs to another request',
    retryable: false,
  },
  'report.not_found': { status: 404, title: 'There is no such report', retryable: false },
  'artifact.unreadable': { status: 500, title: 'A stored object cannot be read', retryable: false },
  'storage.full': { status: 507, title: 'The disk is full', retryable: true },
  'storage.object_exists': { status: 409, title: 'The object exists already', retryable: false },
  'storage.unavailable': { status: 503, title: 'The object store cannot be reached', retryable: true },
  'encryption.key_unavailable': { status: 503, title: 'The keys cannot be used', retryable: true },
  'encryption.ciphertext_invalid': { status: 500, title: 'A stored object was altered', retryable: false },
  'database.unavailable': { status: 503, title: 'The database cannot be reached', retryable: true },
  'runner.unavailable': { status: 503, title: 'The runner cannot be reached', retryable: true },
  'run.protocol_violated': { status: 422, title: 'The tool broke the run protocol', retryable: false },
  'run.specification_refused': { status: 422, title: 'The run specification was refused', retryable: false },
  'config.invalid': { status: 500, title: 'The configuration is not valid', retryable: false },
  'internal.unexpected': { status: 500, title: 'Something went wrong on our side', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable: boolean }>;

/** One of the product's own error codes, such as `dataset.not_found`. */
export type ErrorCode = keyof typeof errorCodes;

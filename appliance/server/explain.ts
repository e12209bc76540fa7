import { AssayError } from '@assay/sdk';

/** One sentence for the terminal: what is wrong and what to do. */
export function explain(error: unknown): string {
  if (error instanceof AssayError) return error.message;
  const { code, port, path, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use; end what uses it, or choose another: ASSAY_HTTP_PORT=${(port ?? 7400) + 1} npm start`;
  if (code === 'EACCES' && port)
    return `Port ${port} needs more rights than this user has; choose one above 1023 with ASSAY_HTTP_PORT.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `${path ?? 'The data directory'} cannot be written; choose another data directory with ASSAY_DATA.`;
  if (code === 'ENOSPC')
    return `The disk is full${path ? ` (${path})` : ''}; free some space and start again.`;
  return message ?? String(error);
}
